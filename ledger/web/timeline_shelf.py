"""Tables of the timelines of large incidents, kept between requests and brought up to date instead of read anew."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp import web

from events.visibility import Visibility
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, Reads, StoredEvent
from ledger.web.disclosure import disclose
from ledger.web.selection import type_needle
from projections.event import read_event
from projections.linking import linked
from projections.projection import index_key
from projections.timeline import TIMELINE
from projections.timeline_table import TimelineTable

_KEPT_FROM, _KEPT_AT_MOST = 500, 200_000
_FOLLOWED_AT_MOST = 5_000
_TOMBSTONE = type_needle("key.destroyed")


@dataclass(slots=True)
class _Kept:
    """A table as `build` had it before entry `next` was folded. Whoever reads or changes it holds the lock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    build: int = -1
    next: int = 0
    table: TimelineTable = field(default_factory=TimelineTable)


class TimelineShelf:
    """Holds the tables that were asked for last, one a level; together at most 200,000 events, some 100 MB."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[tuple[str, str, Visibility], _Kept] = OrderedDict()

    @asynccontextmanager
    async def table(
        self, ledger: OpenLedger, incident: str, level: Visibility
    ) -> AsyncIterator[tuple[Reads, TimelineTable, int]]:
        """Lend an incident's timeline as `level` sees it, the reads of its state of the database, and its end."""
        place = (ledger.row.name, incident, level)
        kept = self._kept.setdefault(place, _Kept())
        self._kept.move_to_end(place)
        # Locked before the database's state is chosen: a table never goes back.
        async with kept.lock, ledger.reads.unchanging() as reads:
            await _bring_up_to_date(kept, reads, incident, level)
            if len(kept.table) < _KEPT_FROM:
                self._kept.pop(place, None)
            self._make_room()
            yield reads, kept.table, kept.next

    def _make_room(self) -> None:
        """Let go of what was asked for longest ago."""
        while len(self._kept) > 1 and sum(len(kept.table) for kept in self._kept.values()) > _KEPT_AT_MOST:
            self._kept.popitem(last=False)


TIMELINES = web.AppKey("TIMELINES", TimelineShelf)


async def _bring_up_to_date(kept: _Kept, reads: Reads, incident: str, level: Visibility) -> None:
    rows = await reads.fetch("live_build", TIMELINE.name)
    build, next_ = (rows[0]["version"], rows[0]["next"]) if rows else (-1, 0)
    start = kept.next
    if build != kept.build or next_ - start > _FOLLOWED_AT_MOST or await _erased(reads, start, next_):
        # Filled apart: whoever gives up meanwhile leaves the kept one as it was.
        table, start = TimelineTable(), 0
    else:
        table = kept.table
    await _take_in(table, reads, incident, level, start, next_)
    kept.table, kept.build, kept.next = table, build, next_


async def _erased(reads: Reads, start: int, end: int) -> bool:
    """Tell whether the entries tell of an erasure: then what was erased must not stay in memory."""
    return start < end and bool(await reads.fetch("typed_events", start, end, _TOMBSTONE, 1))


async def _take_in(table: TimelineTable, reads: Reads, incident: str, level: Visibility, start: int, end: int) -> None:
    """Put what entries `start` … `end` - 1 brought into the incident, older events that they link in included."""
    last, more = index_key(start - 1), start < end
    while more:
        rows = await reads.fetch("timeline", incident, last, index_key(end - 1), SLICE)
        stored = [(StoredEvent.of(row), row["linked_by"]) for row in rows]
        _put(table, stored, level, incident)
        targets = {target: event.index for event, _ in stored if (target := _brings_in(event)) is not None}
        older = await reads.events_at(sorted(index for index in targets if index < start))
        _put(table, ((event, targets[event.index]) for event in older), level, incident)
        more, last = len(rows) == SLICE, index_key(rows[-1]["index"]) if rows else last
        await asyncio.sleep(0)


def _put(
    table: TimelineTable, events: Iterable[tuple[StoredEvent, int | None]], level: Visibility, incident: str
) -> None:
    for stored, linked_by in events:
        shown, withheld = disclose(stored, level)
        event = read_event(stored.index, stored.entry, shown)
        if linked_by is not None and event.incident != incident:
            event = replace(event, incident=incident, seq=None, linked_by=linked_by)
        table.put(event, withheld=withheld != b"[]")


def _brings_in(event: StoredEvent) -> int | None:
    """Return the index of the event that a stored one links into its incident."""
    if b'"type":"event.linked"' not in event.entry:
        return None
    return linked(read_event(event.index, event.entry, event.openings))
