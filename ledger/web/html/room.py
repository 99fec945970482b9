"""The crisis room, at the address of a ledger: what must be looked at now, the incidents and their clocks, the latest.

It follows the log: a stream tells that something changed, and the page asks for itself again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from aiohttp import web

from events.entry import parse_entry
from ledger.pages.urgency import KINDS, by_urgency, urgent
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.context import CALLER, LEDGER
from ledger.web.html.address import replaced
from ledger.web.html.feeds import FEEDS, Change
from ledger.web.html.page import Page, shown
from ledger.web.overview import PHASES, overview_of_all
from ledger.web.personal import personal_parts
from projections.shown import disclosed

_LATEST = 12


class Latest(NamedTuple):
    """One of the newest entries, as anyone may see it."""

    place: int
    type: str
    incident: str | None
    accepted_at: datetime


async def get_room(request: web.Request) -> web.Response:
    """Show what is urgent, then the incidents, the most urgent first."""
    queries.expect_only(request, ("start", "limit", "phase", "after"))
    items, more, at = await overview_of_all(request)
    ledger, level = request[LEDGER], sees(request[CALLER])
    await record_reading(request, rows=personal_parts(request, items))
    incidents = [disclosed(item, level) for item in items]
    told = {
        "incidents": by_urgency(incidents, at),
        "urgent": urgent(incidents, at),
        "kinds": KINDS,
        "phases": PHASES,
        "phase": request.query.get("phase"),
        "next": replaced(request, start=more) if more else None,
        "latest": await _latest(request),
        "size": ledger.size.value,
        "stopped": ledger.sequencer.fatal is not None,
    }
    return shown(request, "room.html.jinja", told)


async def get_room_live(request: web.Request) -> web.StreamResponse:
    """Tell, as server-sent events, that something changed: how many entries there are now."""
    queries.expect_only(request, ())
    ledger = request[LEDGER]
    return await request.app[FEEDS].follow(request, ("room", ledger.row.name), ledger.folded, _changes)


async def _changes(_first: int, end: int) -> Sequence[Change]:
    """Return one change for all entries up to `end`: who hears of it looks again."""
    return [Change(end - 1, "changed", str(end))]


async def _latest(request: web.Request) -> Sequence[Latest]:
    reads, size = request[LEDGER].reads, request[LEDGER].folded.value
    entries = [(event.index, parse_entry(event.entry)) for event in await reads.events(max(size - _LATEST, 0), size)]
    return [
        Latest(place, entry.type, entry.incident.id if entry.incident else None, entry.accepted_at)
        for place, entry in reversed(entries)
    ]


PAGES = (
    Page("/ledgers/{ledger}", get_room),
    Page("/ledgers/{ledger}/live", get_room_live),
)
