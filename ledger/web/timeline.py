"""GET /ledgers/{ledger}/incidents/{incident}/timeline: everything that stands in an incident, on either clock.

By default in the order of the log, in which the chain (`incident.seq`, `incident.prev` of each entry) proves that
nothing was left out; with `order=time` in the order of the sources' claims. What came late, was corrected, hidden or
removed is marked in its place; nothing is ever taken out.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
from aiohttp import web

from events.visibility import Visibility
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, StoredEvent
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.incidents import AFTER, INCIDENT, PROBLEMS, chain_head, incident_row
from ledger.web.live import resume_after, tail
from ledger.web.operation import READERS, Answer, Operation, Parameter
from ledger.web.paging import page, slice_size, stream
from ledger.web.personal import personal_events
from ledger.web.problems import bad_parameter
from ledger.web.timeline_items import COLUMNS, Item, item_cells, item_document, items_of
from projections.projection import index_key

_PARAMETERS = ("start", "limit", "order", "after", "format")


async def get_timeline(request: web.Request) -> web.StreamResponse:
    """Return the timeline: a page, all of it as NDJSON or CSV, or a live tail."""
    queries.expect_only(request, _PARAMETERS)
    ledger, level, format_ = request[LEDGER], sees(request[CALLER]), format_of(request)
    await await_folded(request, ledger)
    name = request.match_info["incident"]
    by_time = _by_time(request)
    if format_ is Format.SSE:
        return await _tail(request, ledger, name, level)
    await incident_row(ledger, name)
    timeline = _Timeline(ledger, name, ledger.folded.value, by_time=by_time)
    if format_ is Format.JSON:
        return await _page(request, timeline, level)
    await record_reading(request, rows=None)
    render = _csv if format_ is Format.CSV else _line
    return await stream(request, format_, _all(request, timeline, level, render, heading=format_ is Format.CSV))


Render = Callable[[Item, Visibility], bytes]


@dataclass(frozen=True, slots=True)
class _Timeline:
    """An incident's timeline up to (not including) index `end`."""

    ledger: OpenLedger
    incident: str
    end: int
    by_time: bool

    async def items(self, start: str, limit: int) -> tuple[list[Item], str | None]:
        """Return at most `limit` items behind the position `start` ("" for the beginning), and the next position."""
        rows = await (self._by_time if self.by_time else self._by_index)(start, min(limit, SLICE) + 1)
        more = rows[: min(limit, SLICE)]
        position = self._position(more[-1]) if len(rows) > len(more) else None
        return await self._marked(more), position

    async def _by_index(self, start: str, limit: int) -> list[asyncpg.Record]:
        begin = index_key(_index(start) - 1) if start else ""
        return await self.ledger.reads.fetch("timeline", self.incident, begin, index_key(self.end - 1), limit)

    async def _by_time(self, start: str, limit: int) -> list[asyncpg.Record]:
        time, index = _time_position(start)
        end = index_key(self.end - 1)
        return await self.ledger.reads.fetch("timeline_by_time", self.incident, time, index, end, limit)

    def _position(self, row: asyncpg.Record) -> str:
        """Return where to go on behind `row`."""
        return f"{row['time'].isoformat()}_{row['index']}" if self.by_time else str(row["index"] + 1)

    async def _marked(self, rows: Sequence[asyncpg.Record]) -> list[Item]:
        stored = [StoredEvent.of(row) for row in rows]
        linked_by = {row["index"]: row["linked_by"] for row in rows}
        return await items_of(self.ledger.reads, stored, linked_by, self.end)


async def _page(request: web.Request, timeline: _Timeline, level: Visibility) -> web.Response:
    items, position, left = [], request.query.get("start", ""), queries.limit(request)
    more: str | None = position
    while left and more is not None:
        found, more = await timeline.items(more, left)
        items += found
        left -= len(found)
    head = await chain_head(timeline.ledger, timeline.incident)
    about = json.dumps({"incident": timeline.incident, "head": head, "folded": timeline.end}, ensure_ascii=False)
    documents = [item_document(item, level) for item in items]
    await record_reading(request, rows=personal_events(request, [item.stored for item in items]))
    return page(request, documents, more, b"," + about.encode()[1:-1])


async def _all(
    request: web.Request, timeline: _Timeline, level: Visibility, render: Render, *, heading: bool
) -> AsyncIterator[bytes]:
    if heading:
        yield csv_row(COLUMNS)
    upcoming = asyncio.ensure_future(timeline.items("", slice_size(request)))
    try:
        while True:
            items, position = await upcoming
            if position is not None:  # the database looks for the next slice while this one is rendered
                upcoming = asyncio.ensure_future(timeline.items(position, slice_size(request)))
                await asyncio.sleep(0)  # long enough to send the query
            yield b"".join(render(item, level) for item in items)
            if position is None:
                return
    finally:
        upcoming.cancel()


async def _tail(request: web.Request, ledger: OpenLedger, name: str, level: Visibility) -> web.StreamResponse:
    seen, start = resume_after(request), queries.number(request, "start", 0) or 0

    async def read(position: int) -> AsyncIterator[tuple[int, bytes]]:
        timeline = _Timeline(ledger, name, ledger.folded.value, by_time=False)
        place: str | None = str(position)
        while place is not None:
            items, place = await timeline.items(place, SLICE)
            for item in items:
                yield item.stored.index, item_document(item, level)

    await record_reading(request, rows=None)
    return await tail(request, ledger.folded, start if seen is None else seen + 1, read)


def _line(item: Item, level: Visibility) -> bytes:
    return item_document(item, level) + b"\n"


def _csv(item: Item, level: Visibility) -> bytes:
    return csv_row(item_cells(item, level))


def _by_time(request: web.Request) -> bool:
    order = request.query.get("order", "accepted")
    if order not in {"accepted", "time"}:
        raise bad_parameter("order", "expected accepted (the ledger's clock) or time (the sources' clocks)")
    return order == "time"


def _index(start: str) -> int:
    index = queries.whole_number(start)
    if index is None:
        raise bad_parameter("start", "expected an index")
    return index


def _time_position(start: str) -> tuple[datetime, int]:
    if not start:
        return datetime.min.replace(tzinfo=UTC), -1
    time, _, index = start.replace(" ", "+").rpartition("_")
    try:
        return datetime.fromisoformat(time), _index(index)
    except ValueError:
        raise bad_parameter("start", "expected the position that the page before gave") from None


OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/incidents/{incident}/timeline",
        get_timeline,
        "The timeline of an incident, on either clock",
        "incidents",
        {
            200: Answer(
                "What stands in the incident, nothing left out",
                {
                    "application/json": {"$ref": "#/components/schemas/TimelinePage"},
                    "application/x-ndjson": {"$ref": "#/components/schemas/TimelineItem"},
                    "text/csv": {"type": "string"},
                    "text/event-stream": {"type": "string"},
                },
                {"Link": "the next page"},
            )
        },
        READERS,
        (
            INCIDENT,
            Parameter("start", "query", "the position to begin at: an index, or what the page before gave"),
            Parameter(
                "limit", "query", "how many a page has, 1 to 1000", {"type": "integer", "minimum": 1, "maximum": 1000}
            ),
            Parameter(
                "order",
                "query",
                "accepted: the ledger's clock; time: the sources' clocks",
                {"enum": ["accepted", "time"], "default": "accepted"},
            ),
            AFTER,
            Parameter(
                "format",
                "query",
                "json, ndjson, csv or sse; else by Accept",
                {"enum": ["json", "ndjson", "csv", "sse"]},
            ),
            Parameter("Last-Event-ID", "header", "sse: the index of the last event received"),
        ),
        problems=PROBLEMS,
    ),
)
