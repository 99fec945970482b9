"""POST /ledgers/{ledger}/snapshots: what an account or a page showed, streamed in, compared, findings put on record."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import NamedTuple

import orjson
from aiohttp import web

from events.faults import Fault, Malformed, Refused, pointer
from events.strict import JsonObject, parse_object
from events.times import read_time
from ledger.reconciling.importing import import_snapshot, staged
from ledger.store.snapshots import StagedItem
from ledger.web.cloudevents import NDJSON_TYPE
from ledger.web.context import CLOCK, LEDGER
from ledger.web.operation import POSTERS, Answer, Operation
from ledger.web.problems import (
    BAD_REQUEST,
    FORBIDDEN,
    INVALID_SNAPSHOT,
    LAGGING,
    MALFORMED,
    NOT_FOUND,
    OUT_OF_ORDER,
    OVERLOADED,
    STOPPED,
    TOO_LARGE,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNSUPPORTED,
    Problem,
)
from ledger.web.streaming import Line, lines_of
from projections.reconciliation.snapshot import Header, read_header, read_item

_AHEAD_AT_MOST = timedelta(days=1)


class _Incoming(NamedTuple):
    header: Header
    items: AsyncIterator[Sequence[StagedItem]]


async def post_snapshot(request: web.Request) -> web.Response:
    """Take a snapshot in."""
    try:
        incoming = await _read(request)
        done = await import_snapshot(request[LEDGER], *incoming)
    except Malformed:
        raise
    except Refused as refused:
        raise Problem(INVALID_SNAPSHOT, str(refused), refused.faults) from None
    document = {
        "index": done.taken.index,
        "reconciliation": {"index": done.taken.reconciled, "findings": done.taken.findings},
        "items": done.taken.items,
        "events": done.events,
    }
    return web.Response(status=200 if done.again else 201, body=orjson.dumps(document), content_type="application/json")


async def _read(request: web.Request) -> _Incoming:
    if request.content_type == NDJSON_TYPE:
        incoming = await _stream(request)
    elif request.content_type == "application/json":
        incoming = _document(parse_object(await request.read()))
    else:
        raise Problem(UNSUPPORTED, f"A snapshot comes as {NDJSON_TYPE} or application/json.")
    if read_time(incoming.header.taken_at) - request.app[CLOCK]() > _AHEAD_AT_MOST:
        raise Refused([Fault("/taken_at", "more than a day ahead of the ledger's clock")])
    return incoming


async def _stream(request: web.Request) -> _Incoming:
    chunks = lines_of(request)
    first = await anext(chunks, None)
    if first is None:
        raise Refused([Fault("", "a snapshot begins with its header")])
    try:
        header = read_header(parse_object(first[0].content))
    except Refused as refused:
        raise refused.under(pointer("lines", first[0].number)) from None

    async def items() -> AsyncIterator[Sequence[StagedItem]]:
        yield [_item(header, line) for line in first[1:]]
        async for lines in chunks:
            yield [_item(header, line) for line in lines]

    return _Incoming(header, items())


def _item(header: Header, line: Line) -> StagedItem:
    try:
        return staged(line.number, read_item(header, parse_object(line.content)))
    except Refused as refused:
        raise refused.under(pointer("lines", line.number)) from None


def _document(document: JsonObject) -> _Incoming:
    unknown = [Fault(pointer(name), "not a member of a snapshot") for name in document.keys() - {"snapshot", "items"}]
    told, listed = document.get("snapshot"), document.get("items", [])
    if not isinstance(told, dict):
        unknown.append(Fault("/snapshot", "the header, an object, is required"))
    if not isinstance(listed, list):
        unknown.append(Fault("/items", "expected a list"))
    if unknown or not isinstance(told, dict) or not isinstance(listed, list):
        raise Refused(unknown)
    try:
        header = read_header(told)
    except Refused as refused:
        raise refused.under("/snapshot") from None

    async def items() -> AsyncIterator[Sequence[StagedItem]]:
        yield [_member(header, position, item) for position, item in enumerate(listed)]

    return _Incoming(header, items())


def _member(header: Header, position: int, item: object) -> StagedItem:
    place = pointer("items", position)
    if not isinstance(item, dict):
        raise Refused([Fault(place, "expected an object")])
    try:
        return staged(position, read_item(header, item))
    except Refused as refused:
        raise refused.under(place) from None


_HEADER = {"$ref": "#/components/schemas/Header"}
_ITEMS = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("ContentItem", "UpdateItem", "IncidentItem")]}
_IMPORTED = {"application/json": {"$ref": "#/components/schemas/ImportedSnapshot"}}
OPERATIONS = (
    Operation(
        "POST",
        "/ledgers/{ledger}/snapshots",
        post_snapshot,
        "Import what an account or a page showed, and compare it with the ledger as of that moment",
        "reconciliation",
        {
            201: Answer("Taken in and compared; findings that are certain are on record", _IMPORTED),
            200: Answer("The same snapshot was taken in before", _IMPORTED),
        },
        POSTERS,
        body={
            NDJSON_TYPE: {
                "type": "string",
                "description": "the header (schema Header) on the first line, an item on each other",
            },
            "application/json": {
                "type": "object",
                "properties": {"snapshot": _HEADER, "items": {"type": "array", "items": _ITEMS}},
                "required": ["snapshot"],
                "additionalProperties": False,
            },
        },
        problems=(
            MALFORMED,
            BAD_REQUEST,
            UNAUTHENTICATED,
            FORBIDDEN,
            NOT_FOUND,
            OUT_OF_ORDER,
            TOO_LARGE,
            UNSUPPORTED,
            INVALID_SNAPSHOT,
            OVERLOADED,
            UNAVAILABLE,
            LAGGING,
            STOPPED,
        ),
    ),
)
