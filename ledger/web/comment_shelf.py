"""Tables of the comments of large incidents, kept between requests and brought up to date instead of read anew."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, Reads
from ledger.web.stored_rows import stored_rows
from projections.comment_table import CommentTable
from projections.comments import COMMENTS
from projections.event import read_event
from projections.linking import linked, with_linked
from projections.projection import index_key
from projections.timeline import TIMELINE

_KEPT_FROM, _KEPT_AT_MOST = 1_000, 300_000
_FOLLOWED_AT_MOST = 5_000


@dataclass(slots=True)
class _Kept:
    """A table as `build` had it before entry `next` was folded. Whoever reads or changes it holds the lock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    build: int = -1
    next: int = 0
    table: CommentTable = field(default_factory=CommentTable)


class CommentShelf:
    """Holds the tables that were asked for last; together they have at most 300,000 comments, some 150 MB."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    @asynccontextmanager
    async def table(self, ledger: OpenLedger, incident: str) -> AsyncIterator[tuple[Reads, CommentTable]]:
        """Lend an incident's comments, and the reads of the state of the database that they belong to."""
        place = (ledger.row.name, incident)
        kept = self._kept.setdefault(place, _Kept())
        self._kept.move_to_end(place)
        # Locked before the database's state is chosen: a table never goes back.
        async with kept.lock, ledger.reads.unchanging() as reads:
            await _bring_up_to_date(kept, reads, incident)
            if len(kept.table) < _KEPT_FROM:
                self._kept.pop(place, None)
            self._make_room()
            yield reads, kept.table

    def _make_room(self) -> None:
        """Let go of what was asked for longest ago."""
        while len(self._kept) > 1 and sum(len(kept.table) for kept in self._kept.values()) > _KEPT_AT_MOST:
            self._kept.popitem(last=False)


SHELF = web.AppKey("SHELF", CommentShelf)


async def _bring_up_to_date(kept: _Kept, reads: Reads, incident: str) -> None:
    rows = await reads.fetch("live_build", COMMENTS.name)
    build, next_ = (rows[0]["version"], rows[0]["next"]) if rows else (-1, 0)
    placed = (await reads.fetch("folded", [TIMELINE.name]))[0]["next"] or 0
    if build != kept.build or next_ - kept.next > _FOLLOWED_AT_MOST or placed < next_:
        kept.table = CommentTable()
        async for name, stored in stored_rows(reads, COMMENTS, incident):
            kept.table.put(name, stored)
    elif next_ > kept.next:
        names = list(await _changed(reads, incident, kept.next, next_))
        for first in range(0, len(names), SLICE):
            for row in await reads.fetch("live_rows", COMMENTS.name, incident, names[first : first + SLICE]):
                kept.table.put(row["key"], row["row"])
    kept.build, kept.next = build, next_


async def _changed(reads: Reads, incident: str, first: int, end: int) -> set[str]:
    """Return the names of the contents that the entries from `first` to before `end` may have changed."""
    names: set[str] = set()
    while first < end:
        rows = await reads.fetch("incident_events", incident, index_key(first - 1), index_key(end - 1), None, SLICE)
        events = [read_event(row["index"], row["entry"], row["openings"]) for row in rows]
        targets = await reads.events_at([target for event in events if (target := linked(event)) is not None])
        known = {stored.index: read_event(stored.index, stored.entry, stored.openings) for stored in targets}
        touched = (event for event in with_linked(events, known.get) if event.type in COMMENTS.types)
        names.update(key.key for event in touched for key in COMMENTS.keys(event) if key.incident == incident)
        first = events[-1].index + 1 if len(events) == SLICE else end
    return names
