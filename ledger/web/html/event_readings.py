"""Who read an event: the newest records of reading that name it, or its incident. A bounded look, newest first."""

from collections.abc import Sequence
from typing import NamedTuple

from aiohttp import web

from ledger.store.reads import SLICE
from ledger.web.access_register import tells
from ledger.web.context import CALLER, LEDGER
from projections.access_register import AccessLine, access_line
from projections.accesses import ACCESSES, AccessRow
from projections.event import Event, read_event
from projections.projection import index_key

_LISTED = 20


class Readings(NamedTuple):
    """The newest readings, and how many of them tell the caller what somebody else asked."""

    lines: Sequence[AccessLine]
    personal: int


async def readings_of(request: web.Request, event: Event) -> Readings:
    """Return what the newest `SLICE` accesses behind `event` say of it. For those who see what others asked."""
    reads = request[LEDGER].reads
    stored = await reads.fetch("newest_rows", ACCESSES.name, index_key(event.index), SLICE)
    rows = [AccessRow.model_validate_json(row["row"]) for row in stored]
    openings = await reads.events_at([row.index for row in rows])
    asked = {each.index: read_event(each.index, each.entry, each.openings).text("filter") for each in openings}
    own = f"{request.path.rpartition('/')[0]}/{event.index}"
    lines = [
        access_line(row, asked.get(row.index))
        for row in rows
        if event.incident in row.incidents or (asked.get(row.index) or "").partition("?")[0] == own
    ][:_LISTED]
    return Readings(lines, sum(tells(line, request[CALLER]) for line in lines))
