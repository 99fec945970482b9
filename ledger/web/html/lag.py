"""/ledgers/{ledger}/desk/lag: how long after they happened events of an incident were recorded, source by source."""

import asyncio

from aiohttp import web

from ledger.pages.charts.lag import Recorded, by_source, furthest_off, lag_chart
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE
from ledger.web import queries
from ledger.web.context import LEDGER
from ledger.web.html.page import Page, shown
from ledger.web.incidents import incident_row
from ledger.web.problems import bad_parameter
from projections.event import read_event
from projections.projection import index_key

MOST = 200_000
"""How many events are looked at, from the beginning; some 30 MB."""


async def get_lag(request: web.Request) -> web.Response:
    """Show the plot of an incident."""
    queries.expect_only(request, ("incident",))
    incident = request.query.get("incident")
    if incident is None:
        raise bad_parameter("incident", "this parameter is required")
    await incident_row(request[LEDGER], incident)
    told, untold = await _recorded(request[LEDGER], incident)
    sources = by_source(told)
    shown_ = {"incident": incident, "chart": lag_chart(told), "sources": sources, "events": len(told), "untold": untold}
    return shown(request, "lag/page.html.jinja", {**shown_, "furthest": furthest_off(told), "most": MOST})


async def _recorded(ledger: OpenLedger, incident: str) -> tuple[list[Recorded], int]:
    """Return when the events of an incident happened and were recorded, and how many don't say when."""
    told, untold, last, more = list[Recorded](), 0, "", True
    while more and len(told) < MOST:
        rows = await ledger.reads.fetch("timeline", incident, last, index_key(ledger.folded.value - 1), SLICE)
        for row in rows:
            event = read_event(row["index"], row["entry"], row["openings"])
            if event.time is None:
                untold += 1
            else:
                happened = event.time.timestamp()
                told.append(Recorded(event.index, happened, event.accepted.timestamp() - happened, event.source))
        more, last = len(rows) == SLICE, index_key(rows[-1]["index"]) if rows else last
        await asyncio.sleep(0)  # others go first
    return told, untold


PAGES = (Page("/ledgers/{ledger}/desk/lag", get_lag),)
