"""/openapi.json and /docs: the interface, described from the same table that routes it."""

from aiohttp import web

from ledger.web.operation import Answer, Operation


async def get_openapi(request: web.Request) -> web.Response:
    """Return the OpenAPI 3.1 document."""
    return web.Response(body=request.app[OPENAPI], content_type="application/json")


OPENAPI = web.AppKey("OPENAPI", bytes)
OPERATIONS = (
    Operation(
        "GET",
        "/openapi.json",
        get_openapi,
        "This document",
        "operation",
        {200: Answer("OpenAPI 3.1", {"application/json": {}})},
    ),
)
