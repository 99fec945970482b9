"""GET /ledgers/{ledger}/overview: all incidents at a glance, by id, from the small rows that are kept of each."""

from datetime import datetime

import orjson
from aiohttp import web

from events.entry import render_instant
from ledger.registry import OpenLedger
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, CLOCK, LEDGER
from ledger.web.incidents import AFTER, PROBLEMS
from ledger.web.operation import READERS, Answer, Operation, Parameter
from ledger.web.paging import page
from ledger.web.personal import personal_parts
from ledger.web.problems import bad_parameter
from projections.comments import ContentRow
from projections.incidents import STATUS, IncidentRow
from projections.overviews import KEY, OVERVIEWS, OverviewRow
from projections.shown import disclosed
from projections.views.overview import OverviewItem, overview_item

PHASES = ("unopened", *dict.fromkeys(STATUS.values()))


async def get_overview_of_all(request: web.Request) -> web.Response:
    """Return a page of incidents, each with its phase, clocks, findings and who waits."""
    queries.expect_only(request, ("start", "limit", "phase", "after"))
    items, more, at = await overview_of_all(request)
    about, level = b',"at":"%b"' % render_instant(at).encode(), sees(request[CALLER])
    documents = [orjson.dumps(disclosed(item, level)) for item in items]
    await record_reading(request, rows=personal_parts(request, items))
    return page(request, documents, more, about)


async def overview_row(ledger: OpenLedger, incident: str) -> OverviewRow:
    """Return the small row that is kept of an incident, an empty one where nothing of it was told that counts."""
    rows = await ledger.reads.fetch("live_rows", OVERVIEWS.name, incident, [KEY])
    return OverviewRow.model_validate_json(rows[0]["row"]) if rows else OverviewRow()


async def overview_of_all(request: web.Request) -> tuple[list[OverviewItem], str | None, datetime]:
    """Return the incidents that are asked for, the id behind which others come, and to when clocks are reckoned."""
    ledger, limit, phase = request[LEDGER], queries.limit(request), request.query.get("phase")
    if phase is not None and phase not in PHASES:
        raise bad_parameter("phase", f"expected one of {', '.join(PHASES)}")
    await await_folded(request, ledger)
    rows = await ledger.reads.fetch("overview_list", request.query.get("start", ""), phase, limit + 1)
    at = request.app[CLOCK]().replace(microsecond=0)
    items = [
        overview_item(
            IncidentRow.model_validate_json(row["row"]),
            OverviewRow.model_validate_json(row["overview"]) if row["overview"] else None,
            row["waiting"],
            ContentRow.model_validate_json(row["oldest"]) if row["oldest"] else None,
            at,
        )
        for row in rows[:limit]
    ]
    more = rows[limit - 1]["incident"] if len(rows) > limit else None
    return items, more, at


OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/overview",
        get_overview_of_all,
        "All incidents at a glance",
        "practices",
        {
            200: Answer(
                "A page of incidents, by id",
                {"application/json": {"$ref": "#/components/schemas/OverviewPage"}},
                {"Link": "the next page"},
            )
        },
        READERS,
        (
            Parameter("start", "query", "only incidents whose id comes after this one"),
            Parameter(
                "limit", "query", "how many a page has, 1 to 1000", {"type": "integer", "minimum": 1, "maximum": 1000}
            ),
            Parameter("phase", "query", "only incidents in this phase", {"enum": list(PHASES)}),
            AFTER,
        ),
        problems=PROBLEMS,
    ),
)
