"""GET /ledgers/{ledger}/events…: the log as events, each with the openings that the reader may see."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from aiohttp import web

from events.visibility import Visibility
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, StoredEvent
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER
from ledger.web.disclosure import disclose, erased_names, event_document
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.live import resume_after, tail
from ledger.web.operation import ANYONE, READERS, Answer, Operation, Parameter
from ledger.web.paging import page, slice_size, stream
from ledger.web.personal import personal_events
from ledger.web.problems import BAD_REQUEST, FORBIDDEN, LAGGING, NOT_FOUND, UNAUTHENTICATED, UNAVAILABLE, not_found
from ledger.web.selection import PARAMETERS, Selection, selection

Render = Callable[[StoredEvent, Visibility], bytes]
_COLUMNS = (
    "index",
    "accepted_at",
    "time",
    "type",
    "source",
    "source_seq",
    "incident",
    "seq",
    "fields",
    "withheld",
    "erased",
)


async def get_events(request: web.Request) -> web.StreamResponse:
    """Return the selected events: a page, the whole selection as NDJSON or CSV, or a live tail."""
    queries.expect_only(request, PARAMETERS)
    ledger, level, format_ = request[LEDGER], sees(request[CALLER]), format_of(request)
    await await_folded(request, ledger)
    head = await ledger.reads.checkpoint()
    ledger.size.advance(head.size)
    chosen = await selection(request, ledger, head.size)
    if format_ is Format.JSON:
        return await _page(request, ledger, chosen, level)
    if format_ is Format.SSE:
        return await _tail(request, ledger, chosen, level)
    if chosen.start < chosen.end:
        await record_reading(request, rows=None)
    render = _csv if format_ is Format.CSV else _line
    return await stream(request, format_, _all(request, chosen, level, render, heading=format_ is Format.CSV))


async def get_event(request: web.Request) -> web.StreamResponse:
    """Return one event with the openings that the reader may see."""
    event = await asked_event(request)
    await record_reading(request, rows=personal_events(request, [event]))
    body = event_document(event, sees(request[CALLER]))
    return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "private, no-cache"})


async def asked_event(request: web.Request) -> StoredEvent:
    """Return the event that the path names. Raises `Problem` 404."""
    queries.expect_only(request, ())
    index = event_index(request)
    events = await request[LEDGER].reads.events(index, index + 1)
    if not events:
        raise not_found(f"event at index {index}")
    return events[0]


async def get_receipt(request: web.Request) -> web.StreamResponse:
    """Return the receipt of an event, byte for byte as its poster got it."""
    queries.expect_only(request, ())
    index = event_index(request)
    receipt = await request[LEDGER].reads.receipt(index)
    if receipt is None:
        raise not_found(f"event at index {index}")
    name = f'attachment; filename="{request[LEDGER].row.name}-{index}.tlog-proof"'
    return web.Response(body=receipt, content_type="text/plain", charset="utf-8", headers={"Content-Disposition": name})


def event_index(request: web.Request) -> int:
    """Return the index in the path. Raises `Problem` 404 where it can't be one."""
    index = queries.whole_number(request.match_info["index"])
    if index is None:
        raise not_found("event of this index")
    return index


async def _page(request: web.Request, ledger: OpenLedger, chosen: Selection, level: Visibility) -> web.Response:
    limit, position = queries.limit(request), chosen.start
    events: list[StoredEvent] = []
    while len(events) < limit and position < chosen.end:
        found, position = await chosen.slice(ledger.reads, position, limit - len(events))
        events += found
        if not found and chosen.type is None:
            break
    more = str(position) if len(events) == limit and position < chosen.end else None
    documents = [event_document(event, level) for event in events]
    await record_reading(request, rows=personal_events(request, events))
    return page(request, documents, more)


async def _all(
    request: web.Request, chosen: Selection, level: Visibility, render: Render, *, heading: bool
) -> AsyncIterator[bytes]:
    if heading:
        yield csv_row(_COLUMNS)
    position = chosen.start
    while position < chosen.end:
        events, after = await chosen.slice(request[LEDGER].reads, position, slice_size(request))
        yield b"".join(render(event, level) for event in events)
        if after == position:
            return  # an entry that must be there isn't: whoever counts sees it, and the verifier names it
        position = after


async def _tail(request: web.Request, ledger: OpenLedger, chosen: Selection, level: Visibility) -> web.StreamResponse:
    seen = resume_after(request)
    start = ledger.size.value if seen is None and "start" not in request.query else chosen.start
    mark = ledger.size if chosen.incident is None else ledger.folded

    async def read(position: int) -> AsyncIterator[tuple[int, bytes]]:
        now = replace(chosen, end=mark.value)
        while position < now.end:
            events, after = await now.slice(ledger.reads, position, SLICE)
            for event in events:
                yield event.index, event_document(event, level)
            if after == position:
                return
            position = after

    await record_reading(request, rows=None)
    return await tail(request, mark, start if seen is None else seen + 1, read)


def _line(event: StoredEvent, level: Visibility) -> bytes:
    return event_document(event, level) + b"\n"


def _csv(event: StoredEvent, level: Visibility) -> bytes:
    openings, withheld = disclose(event, level)
    facts, fields = json.loads(event.entry), {name: item["value"] for name, item in json.loads(openings).items()}
    incident = facts.get("incident", {})
    return csv_row(
        [
            event.index,
            facts["accepted_at"],
            fields.pop("time", ""),
            facts["type"],
            facts["source"]["id"],
            facts["source"].get("seq", ""),
            incident.get("id", ""),
            incident.get("seq", ""),
            json.dumps(fields, ensure_ascii=False),
            " ".join(json.loads(withheld)),
            erased_names(event),
        ]
    )


_SELECTING = (
    Parameter("start", "query", "the index to begin at", {"type": "integer", "minimum": 0}),
    Parameter("limit", "query", "how many a page has, 1 to 1000", {"type": "integer", "minimum": 1, "maximum": 1000}),
    Parameter("incident", "query", "only events of this incident, with those linked to it"),
    Parameter("type", "query", "only events of this type"),
    Parameter(
        "since",
        "query",
        "only events accepted at this time or later, by the ledger's clock",
        {"type": "string", "format": "date-time"},
    ),
    Parameter(
        "until",
        "query",
        "only events accepted before this time, by the ledger's clock",
        {"type": "string", "format": "date-time"},
    ),
    Parameter("after", "query", "wait until the projections have seen this index", {"type": "integer", "minimum": 0}),
    Parameter(
        "format", "query", "json, ndjson, csv or sse; else by Accept", {"enum": ["json", "ndjson", "csv", "sse"]}
    ),
    Parameter("Last-Event-ID", "header", "sse: the index of the last event received"),
)
_INDEX = Parameter("index", "path", "the event's index", {"type": "string"}, required=True)
_EVENT = {"$ref": "#/components/schemas/Event"}
_READ_PROBLEMS = (BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, UNAVAILABLE)
OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/events",
        get_events,
        "Events, as a page, a stream or a live tail",
        "events",
        {
            200: Answer(
                "The selected events",
                {
                    "application/json": {"$ref": "#/components/schemas/EventPage"},
                    "application/x-ndjson": _EVENT,
                    "text/csv": {"type": "string"},
                    "text/event-stream": {"type": "string"},
                },
                {"Link": "the next page"},
            )
        },
        READERS,
        _SELECTING,
        problems=(*_READ_PROBLEMS, LAGGING),
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}/events/{index}",
        get_event,
        "One event with its openings",
        "events",
        {200: Answer("The event", {"application/json": _EVENT})},
        READERS,
        (_INDEX,),
        problems=_READ_PROBLEMS,
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}/events/{index}/receipt",
        get_receipt,
        "The receipt of an event, as its poster got it",
        "proofs",
        {200: Answer("c2sp.org/tlog-proof@v1", {"text/plain": {"type": "string"}})},
        ANYONE,
        (_INDEX,),
        problems=(BAD_REQUEST, NOT_FOUND, UNAVAILABLE),
    ),
)
