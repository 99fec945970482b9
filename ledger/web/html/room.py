"""The crisis room, at the address of a ledger: its incidents, their clocks, who waits longest, what is found wrong."""

from aiohttp import web

from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.context import CALLER, LEDGER
from ledger.web.html.page import Page, shown
from ledger.web.overview import overview_of_all
from ledger.web.personal import personal_parts
from projections.shown import disclosed


async def get_room(request: web.Request) -> web.Response:
    """Show the incidents of a ledger."""
    queries.expect_only(request, ("start", "limit", "phase", "after"))
    items, more, at = await overview_of_all(request)
    head, level = await request[LEDGER].reads.checkpoint(), sees(request[CALLER])
    await record_reading(request, rows=personal_parts(request, items))
    incidents = [disclosed(item, level) for item in items]
    return shown(request, "room.html.jinja", incidents=incidents, more=more, at=at, size=head.size)


PAGES = (Page("/ledgers/{ledger}", get_room),)
