"""GET …/incidents/{incident}/live: the rows of new events as they come, rendered once for all who may see the same.

A page with a filter asks for its rows itself when it hears that there are some.
"""

from collections.abc import Sequence

from aiohttp import web

from events.visibility import Visibility
from ledger.pages.languages import Language
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, StoredEvent
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.context import CALLER, LEDGER
from ledger.web.html.choice import language_of
from ledger.web.html.feeds import FEEDS, Change
from ledger.web.html.page import Page
from ledger.web.html.timeline_rows import render_rows, rows_of
from ledger.web.incidents import incident_row
from ledger.web.timeline_items import items_of
from projections.projection import index_key


async def get_live(request: web.Request) -> web.StreamResponse:
    """Send the rows of every event from `start` on that stands in the incident."""
    queries.expect_only(request, ("start",))
    ledger, level, language = request[LEDGER], sees(request[CALLER]), language_of(request)
    incident, start = request.match_info["incident"], queries.number(request, "start")
    await incident_row(ledger, incident)
    await record_reading(request, rows=None)

    async def read(first: int, end: int) -> Sequence[Change]:
        return await _rows(ledger, incident, level, language, (first, end))

    key = ("incident", ledger.row.name, incident, level, language)
    return await request.app[FEEDS].follow(request, key, ledger.folded, read, start)


async def _rows(
    ledger: OpenLedger, incident: str, level: Visibility, language: Language, span: tuple[int, int]
) -> Sequence[Change]:
    """Return the rows of the events in a span of the log that stand in the incident, newest first, as one change."""
    first, end = span
    begin = index_key(first - 1) if first else ""
    stored = await ledger.reads.fetch("timeline", incident, begin, index_key(end - 1), SLICE)
    if not stored:
        return []
    events = [StoredEvent.of(row) for row in stored]
    items = await items_of(ledger.reads, events, {row["index"]: row["linked_by"] for row in stored}, end)
    rows = await rows_of(ledger.reads, items, level)
    return [Change(end - 1, "rows", render_rows(rows[::-1], language, ledger.row.name))]


PAGES = (Page("/ledgers/{ledger}/incidents/{incident}/live", get_live),)
