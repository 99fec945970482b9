"""GET /ledgers, /ledgers/{ledger}: which ledgers there are, and what verifies them."""

import json

from aiohttp import web

from ledger.store.ledgers import LedgerRow
from ledger.web import queries
from ledger.web.context import LEDGER, LEDGERS
from ledger.web.operation import ANYONE, Answer, Operation
from ledger.web.problems import BAD_REQUEST, NOT_FOUND, UNAVAILABLE


async def get_ledgers(request: web.Request) -> web.Response:
    """Return every ledger of this service."""
    queries.expect_only(request, ())
    rows = await request.app[LEDGERS].all()
    return _json({"items": [_facts(row) for row in rows]})


async def get_ledger(request: web.Request) -> web.Response:
    """Return a ledger's name, origin, verifier key and size."""
    queries.expect_only(request, ())
    ledger = request[LEDGER]
    head = await ledger.reads.checkpoint()
    return _json({**_facts(ledger.row), "size": head.size})


def _facts(row: LedgerRow) -> dict[str, object]:
    return {"name": row.name, "origin": row.origin, "vkey": row.vkey, "created_at": row.created_at.isoformat()}


def _json(document: object) -> web.Response:
    headers = {"Access-Control-Allow-Origin": "*"}
    return web.Response(text=json.dumps(document), content_type="application/json", headers=headers)


OPERATIONS = (
    Operation(
        "GET",
        "/ledgers",
        get_ledgers,
        "The ledgers of this service",
        "ledgers",
        {200: Answer("All ledgers", {"application/json": {"$ref": "#/components/schemas/LedgerList"}})},
        problems=(BAD_REQUEST, UNAVAILABLE),
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}",
        get_ledger,
        "A ledger: its origin, verifier key and size",
        "ledgers",
        {200: Answer("The ledger", {"application/json": {"$ref": "#/components/schemas/Ledger"}})},
        ANYONE,
        problems=(BAD_REQUEST, NOT_FOUND, UNAVAILABLE),
    ),
)
