"""POST /ledgers/{ledger}/events: structured, binary and batch mode; NDJSON is next door in `streaming`."""

import re
from collections.abc import Sequence

from aiohttp import web

from events.faults import Fault, Refused
from events.strict import JsonObject
from ledger.sequencer.draft import Accepted, Draft, Outcome, Unit
from ledger.sequencer.errors import IdConflict, Impossible, LedgerError, SequenceRepeated, TooManyGaps
from ledger.web.answers import accepted_document, wants_minimal
from ledger.web.cloudevents import (
    BATCH_TYPE,
    EVENT_TYPE,
    NDJSON_TYPE,
    Mode,
    mode_of,
    read_batch,
    read_binary,
    read_structured,
)
from ledger.web.context import LEDGER
from ledger.web.intake import take_in
from ledger.web.operation import POSTERS, Answer, Operation, Parameter
from ledger.web.problems import (
    BAD_REQUEST,
    FORBIDDEN,
    ID_CONFLICT,
    IMPOSSIBLE,
    INVALID,
    MALFORMED,
    NOT_FOUND,
    NOT_STORABLE,
    OVERLOADED,
    SEQ_CONFLICT,
    SEQUENCE_REPEATED,
    SOURCE_FORBIDDEN,
    STOPPED,
    TOO_LARGE,
    TOO_MANY_GAPS,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNSUPPORTED,
    Problem,
    problem_of,
)
from ledger.web.streaming import stream_events

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,14})"')
_RECEIPT_TYPE = "text/plain"


async def post_events(request: web.Request) -> web.StreamResponse:
    """Append the events of a request."""
    mode = mode_of(request.content_type)
    if mode is Mode.NDJSON:
        return await stream_events(request)
    body = await request.read()
    if mode is Mode.BATCH:
        return await _post_batch(request, read_batch(body))
    if mode is Mode.STRUCTURED:
        document = read_structured(body)
    else:
        document = read_binary(request.headers, request.headers.get("Content-Type", "").split(";")[0], body)
    return await _post_one(request, document)


async def _post_one(request: web.Request, document: JsonObject) -> web.Response:
    ledger = request[LEDGER]
    draft = take_in(request, document)
    outcome = (await _append(request, [draft], "/"))[0]
    headers = {"Location": f"/ledgers/{ledger.row.name}/events/{outcome.index}"}
    if isinstance(outcome, Accepted) and outcome.seq is not None:
        headers["ETag"] = f'"{outcome.seq}"'
    status = 201 if isinstance(outcome, Accepted) else 200
    if request.headers.get("Accept") == _RECEIPT_TYPE:
        receipt = outcome.receipt() if isinstance(outcome, Accepted) else await ledger.reads.receipt(outcome.index)
        return web.Response(status=status, body=receipt, content_type=_RECEIPT_TYPE, charset="utf-8", headers=headers)
    minimal = _minimal(request, headers)
    body = await accepted_document(ledger, draft, outcome, minimal=minimal)
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


async def _post_batch(request: web.Request, documents: Sequence[JsonObject]) -> web.Response:
    """Append all events of a batch, or none."""
    drafts = _drafts(request, documents)
    outcomes = await _append(request, drafts, "/events/{position}/")
    headers: dict[str, str] = {}
    minimal = _minimal(request, headers)
    answers = [
        await accepted_document(request[LEDGER], draft, outcome, minimal=minimal)
        for draft, outcome in zip(drafts, outcomes, strict=True)
    ]
    status = 201 if any(isinstance(outcome, Accepted) for outcome in outcomes) else 200
    body = b'{"events":[%b]}' % b",".join(answers)
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def _drafts(request: web.Request, documents: Sequence[JsonObject]) -> list[Draft]:
    """Return the drafts of a batch. Raises `Refused` with the faults of all of its events."""
    drafts: list[Draft] = []
    faults: list[Fault] = []
    for position, document in enumerate(documents):
        prefix = f"/events/{position}"
        try:
            drafts.append(take_in(request, document))
        except Refused as refused:
            faults += refused.under(prefix).faults
        except Problem as problem:
            moved = [Fault(prefix + pointer, detail) for pointer, detail in problem.faults]
            raise Problem(problem.kind, problem.detail, moved) from None
    if faults:
        raise Refused(faults)
    return drafts


async def _append(request: web.Request, drafts: Sequence[Draft], place: str) -> list[Outcome]:
    """Append the drafts of a request, all or none. `place`: where in the request the event at `{position}` stands."""
    unit = Unit(drafts, _expected(request, drafts))
    try:
        return await request[LEDGER].sequencer.enqueue(unit) if drafts else []
    except (IdConflict, Impossible, SequenceRepeated, TooManyGaps) as error:
        raise _placed(error, place.format(position=error.position)) from error


def _placed(error: LedgerError, place: str) -> Exception:
    """Return the problem of an error that the event at `place` in the request caused, pointing at it."""
    problem = problem_of(error)
    if problem is None:
        return error
    if isinstance(error, Impossible):
        problem.faults = [Fault(place[:-1] + pointer, detail) for pointer, detail in error.faults]
    else:
        pointer = place + ("id" if isinstance(error, IdConflict) else "sequence")
        problem.faults = [Fault(pointer, problem.kind.title)]
    return problem


def _expected(request: web.Request, drafts: Sequence[Draft]) -> int | None:
    """Return the incident version that the poster believes in: `If-Match: "17"`, or 0 for `If-None-Match: *`."""
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match is None and none_match is None:
        return None
    if len({draft.entry.incident for draft in drafts}) != 1 or drafts[0].entry.incident is None:
        raise Problem(BAD_REQUEST, "A version can be expected of one incident only: give all events the same subject.")
    if none_match is not None:
        if match is not None or none_match != "*":
            raise Problem(BAD_REQUEST, "If-None-Match takes * alone: the incident must not exist yet.")
        return 0
    version = _VERSION.fullmatch(match or "")
    if version is None:
        raise Problem(BAD_REQUEST, 'If-Match takes one version of the incident, as "17".')
    return int(version[1])


def _minimal(request: web.Request, headers: dict[str, str]) -> bool:
    wanted = wants_minimal(request)
    if wanted:
        headers["Preference-Applied"] = "return=minimal"
    return wanted


_EVENT = {"$ref": "#/components/schemas/CloudEvent"}
_ACCEPTED = {"$ref": "#/components/schemas/Accepted"}
OPERATIONS = (
    Operation(
        "POST",
        "/ledgers/{ledger}/events",
        post_events,
        "Append events; each comes back with its receipt",
        "events",
        {
            201: Answer(
                "Appended, on disk, under a signed head",
                {
                    "application/json": {"anyOf": [_ACCEPTED, {"$ref": "#/components/schemas/AcceptedBatch"}]},
                    "text/plain": {"type": "string", "description": "the receipt alone, c2sp.org/tlog-proof@v1"},
                },
                {"Location": "the event", "ETag": "the incident's new version"},
            ),
            200: Answer(
                "The same events were in the log before, or a stream of events with one answer a line",
                {
                    "application/json": {"anyOf": [_ACCEPTED, {"$ref": "#/components/schemas/AcceptedBatch"}]},
                    "text/plain": {"type": "string"},
                    NDJSON_TYPE: {"$ref": "#/components/schemas/StreamAnswer"},
                },
            ),
        },
        POSTERS,
        (
            Parameter("If-Match", "header", 'the version the incident must be at, as "17"'),
            Parameter("If-None-Match", "header", "*: the incident must not exist yet"),
            Parameter("Prefer", "header", "return=minimal: the index alone"),
        ),
        {
            EVENT_TYPE: _EVENT,
            BATCH_TYPE: {"type": "array", "items": _EVENT},
            NDJSON_TYPE: {"type": "string", "description": "one event a line, any number of lines"},
            "application/json": {"type": "object", "description": "binary mode: data; the attributes are ce- headers"},
        },
        (
            MALFORMED,
            BAD_REQUEST,
            UNAUTHENTICATED,
            FORBIDDEN,
            SOURCE_FORBIDDEN,
            NOT_FOUND,
            ID_CONFLICT,
            SEQUENCE_REPEATED,
            TOO_MANY_GAPS,
            IMPOSSIBLE,
            SEQ_CONFLICT,
            TOO_LARGE,
            UNSUPPORTED,
            INVALID,
            NOT_STORABLE,
            OVERLOADED,
            UNAVAILABLE,
            STOPPED,
        ),
    ),
)
