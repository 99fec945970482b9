"""GET /ledgers/{ledger}/incidents, /incidents/{incident}: the incidents as the projections have them."""

import json

from aiohttp import web

from ledger.registry import OpenLedger
from ledger.web import queries
from ledger.web.awaiting import await_folded
from ledger.web.context import LEDGER
from ledger.web.operation import READERS, Answer, Operation, Parameter
from ledger.web.paging import page
from ledger.web.problems import (
    BAD_REQUEST,
    FORBIDDEN,
    LAGGING,
    NOT_FOUND,
    UNAUTHENTICATED,
    UNAVAILABLE,
    not_found,
)
from projections.incidents import IncidentRow


async def get_incidents(request: web.Request) -> web.Response:
    """Return the incidents by id."""
    queries.expect_only(request, ("start", "limit", "after"))
    ledger, limit = request[LEDGER], queries.limit(request)
    await await_folded(request, ledger)
    rows = await ledger.reads.fetch("incident_list", request.query.get("start", ""), limit + 1)
    more = rows[limit - 1]["incident"] if len(rows) > limit else None
    return page(request, [row["row"].encode() for row in rows[:limit]], more)


async def get_incident(request: web.Request) -> web.Response:
    """Return one incident as it stands, with the indexes it is folded from and the head of its chain."""
    queries.expect_only(request, ("after",))
    ledger = request[LEDGER]
    await await_folded(request, ledger)
    row, name = await incident_row(ledger, request.match_info["incident"]), request.match_info["incident"]
    chain = await chain_head(ledger, name)
    body = json.dumps({**row.model_dump(), "head": chain}, ensure_ascii=False)
    return web.Response(text=body, content_type="application/json", headers={"ETag": f'"{chain["seq"]}"'})


async def chain_head(ledger: OpenLedger, name: str) -> dict[str, object]:
    """Return the last entry of an incident's chain: its `seq`, index and leaf hash in hex."""
    rows = await ledger.reads.fetch("incident_heads", [name])
    return {"seq": rows[0]["seq"], "index": rows[0]["index"], "leaf_hash": rows[0]["leaf"].hex()}


async def incident_row(ledger: OpenLedger, name: str) -> IncidentRow:
    """Return an incident's row. Raises `Problem` 404 where no folded event names it."""
    rows = await ledger.reads.fetch("live_rows", "incidents", name, [""])
    if not rows:
        raise not_found("incident of this name, as far as the projections have come")
    return IncidentRow.model_validate_json(rows[0]["row"])


INCIDENT = Parameter("incident", "path", "the incident's id", required=True)
AFTER = Parameter(
    "after", "query", "wait until the projections have seen this index", {"type": "integer", "minimum": 0}
)
PROBLEMS = (BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, UNAVAILABLE, LAGGING)
OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/incidents",
        get_incidents,
        "The incidents",
        "incidents",
        {
            200: Answer(
                "A page of incidents, by id",
                {"application/json": {"$ref": "#/components/schemas/IncidentPage"}},
                {"Link": "the next page"},
            )
        },
        READERS,
        (
            Parameter("start", "query", "only incidents whose id comes after this one"),
            Parameter(
                "limit", "query", "how many a page has, 1 to 1000", {"type": "integer", "minimum": 1, "maximum": 1000}
            ),
            AFTER,
        ),
        problems=PROBLEMS,
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}/incidents/{incident}",
        get_incident,
        "One incident as it stands",
        "incidents",
        {
            200: Answer(
                "The incident",
                {"application/json": {"$ref": "#/components/schemas/Incident"}},
                {"ETag": "the incident's version, for If-Match"},
            )
        },
        READERS,
        (INCIDENT, AFTER),
        problems=PROBLEMS,
    ),
)
