"""/openapi.json, /schemas/… and /docs: the interface, described from the same table that routes it."""

import json
from pathlib import Path

from aiohttp import web

from events.faults import Refused
from ledger.web.operation import Answer, Operation, Parameter
from ledger.web.problems import NOT_FOUND, not_found
from ledger.web.schemas import payload_schema

_STATIC = Path(__file__).parent / "static"
_ASSETS = {
    "page.css": ("docs/page.css", "text/css"),
    "page.js": ("docs/page.js", "text/javascript"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript"),
    "favicon-32x32.png": ("swagger-ui/favicon-32x32.png", "image/png"),
}
# Swagger UI sets style attributes as it draws; nothing else of the service allows that, nor is anything loaded from
# elsewhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)

OPENAPI = web.AppKey("OPENAPI", bytes)
ASYNCAPI = web.AppKey("ASYNCAPI", bytes)
_OPEN = {"Access-Control-Allow-Origin": "*"}


async def get_openapi(request: web.Request) -> web.Response:
    """Return the OpenAPI 3.1 document."""
    return web.Response(body=request.app[OPENAPI], content_type="application/json", headers=_OPEN)


async def get_asyncapi(request: web.Request) -> web.Response:
    """Return the AsyncAPI 3.0 document."""
    return web.Response(body=request.app[ASYNCAPI], content_type="application/json", headers=_OPEN)


async def get_schema(request: web.Request) -> web.Response:
    """Return the JSON Schema of the data of an event type."""
    try:
        schema = payload_schema(request.match_info["type"])
    except Refused as refused:
        raise not_found(f"type of this name: {refused.faults[0].detail}") from None
    return web.Response(text=json.dumps(schema), content_type="application/schema+json", headers=_OPEN)


async def get_docs(_request: web.Request) -> web.FileResponse:
    """Return the page that shows the document and tries it out."""
    return web.FileResponse(
        _STATIC / "docs" / "index.html",
        headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _POLICY},
    )


async def get_asset(request: web.Request) -> web.FileResponse:
    """Return a file of the page."""
    path, media_type = _ASSETS.get(request.match_info["file"], (None, ""))
    if path is None:
        raise not_found("such file")
    return web.FileResponse(_STATIC / path, headers={"Content-Type": media_type, "Cache-Control": "no-cache"})


_OF_FILES = {
    206: Answer("The part that Range asked for"),
    304: Answer("Not changed since"),
    412: Answer("Another than If-Match names"),
    416: Answer("No such part"),
}
OPERATIONS = (
    Operation(
        "GET",
        "/openapi.json",
        get_openapi,
        "This document",
        "operation",
        {200: Answer("OpenAPI 3.1", {"application/json": {"type": "object"}})},
    ),
    Operation(
        "GET",
        "/asyncapi.json",
        get_asyncapi,
        "What the live tails send, as an AsyncAPI document",
        "operation",
        {200: Answer("AsyncAPI 3.0", {"application/json": {"type": "object"}})},
    ),
    Operation(
        "GET",
        "/schemas/{type}",
        get_schema,
        "The schema of the data of an event type",
        "events",
        {200: Answer("JSON Schema 2020-12", {"application/schema+json": {"type": "object"}})},
        parameters=(Parameter("type", "path", "the event type, as comment.received", required=True),),
        problems=(NOT_FOUND,),
    ),
    Operation(
        "GET",
        "/docs",
        get_docs,
        "This document as a page",
        "operation",
        {200: Answer("Swagger UI", {"text/html": {"type": "string"}}), **_OF_FILES},
    ),
    Operation(
        "GET",
        "/docs/{file}",
        get_asset,
        "A file of that page",
        "operation",
        {
            200: Answer("The file", {media_type: {"type": "string"} for _path, media_type in _ASSETS.values()}),
            **_OF_FILES,
        },
        parameters=(Parameter("file", "path", "the file's name", {"enum": list(_ASSETS)}, required=True),),
        problems=(NOT_FOUND,),
    ),
)
