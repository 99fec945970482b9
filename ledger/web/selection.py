"""Which events a request selects: by index, incident, type and the ledger's clock. One slice at a time."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from events.entry import render_instant
from events.faults import Refused
from events.vocabulary import payload_of
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, Reads, StoredEvent
from ledger.web import queries
from ledger.web.problems import bad_parameter
from projections.projection import index_key

_SCANNED_AT_ONCE = 20_000
PARAMETERS = ("start", "limit", "incident", "type", "since", "until", "after", "format")


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter, and the index range `start` … `end` - 1 in which it applies."""

    start: int
    end: int
    incident: str | None
    type: str | None

    async def slice(self, reads: Reads, start: int, limit: int) -> tuple[list[StoredEvent], int]:
        """Return at most `limit` (and `SLICE`) selected events from `start` on, and the index to go on from."""
        limit = min(limit, SLICE)
        if self.incident is not None:
            rows = await reads.fetch(
                "incident_events", self.incident, index_key(start - 1), index_key(self.end - 1), self._needle(), limit
            )
        elif self.type is not None:
            end = min(start + _SCANNED_AT_ONCE, self.end)
            rows = await reads.fetch("typed_events", start, end, self._needle(), limit)
            if len(rows) < limit:
                return [StoredEvent(*row) for row in rows], end
        else:
            events = await reads.events(start, min(start + limit, self.end))
            return events, events[-1].index + 1 if events else start
        events = [StoredEvent(*row) for row in rows]
        return events, events[-1].index + 1 if len(events) == limit else self.end

    def _needle(self) -> bytes | None:
        return None if self.type is None else type_needle(self.type)


def type_needle(type_: str) -> bytes:
    """Return how an entry spells its type: it is canonical, so this stands in it once, and only as its type."""
    return b'"type":"%b","v":1}' % type_.encode()


async def selection(request: web.Request, ledger: OpenLedger, size: int) -> Selection:
    """Read a request's filter over a log of `size` entries. Raises `Problem` 400."""
    since, until = queries.time(request, "since"), queries.time(request, "until")
    start = queries.number(request, "start", 0) or 0
    end = size if until is None else await first_accepted(ledger.reads, until, size)
    if since is not None:
        start = max(start, await first_accepted(ledger.reads, since, size))
    incident = request.query.get("incident")
    if incident is not None:  # which events stand in it is known as far as the projections have come
        end = min(end, ledger.folded.value)
    return Selection(start, end, incident, asked_type(request))


async def first_accepted(reads: Reads, moment: datetime, size: int) -> int:
    """Return the index of the first entry accepted at `moment` or later, `size` if there is none.

    `accepted_at` never decreases along the log, so a binary search over the entries finds it.
    """
    low, high, wanted = 0, size, render_instant(moment)
    while low < high:
        middle = (low + high) // 2
        rows = await reads.fetch("entries", middle, middle + 1)
        if rows and accepted_at(rows[0]["entry"]) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def accepted_at(entry: bytes) -> str:
    """Return an entry's `accepted_at` without parsing it: its canonical form begins with it."""
    return entry[len(b'{"accepted_at":"') : len(b'{"accepted_at":"') + 27].decode()


def asked_type(request: web.Request) -> str | None:
    """Return the event type that a request asks for. Raises `Problem` 400 where there is none of that name."""
    name = request.query.get("type")
    if name is not None:
        try:
            payload_of(name)
        except Refused as refused:
            raise bad_parameter("type", refused.faults[0].detail) from None
    return name
