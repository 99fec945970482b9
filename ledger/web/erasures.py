"""POST /ledgers/{ledger}/erasures: requests to erase a person, and the decision of a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from events.envelope import is_json, model_faults
from events.faults import Fault, Refused
from events.strict import JsonObject, parse_object
from events.subject import Subject
from ledger.erasure.asked import ErasureDecision, ErasureRequest
from ledger.erasure.destruction import HoldPlaced, Order
from ledger.erasure.search import Concern
from ledger.erasure.survey import Survey, survey
from ledger.sequencer.draft import Unit
from ledger.sequencer.own_event import own_event
from ledger.store.tokens import Role
from ledger.web import queries
from ledger.web.context import CALLER, CLOCK, LEDGER
from ledger.web.operation import Answer, Operation, Parameter
from ledger.web.problems import (
    BAD_REQUEST,
    DECIDED,
    FORBIDDEN,
    HELD,
    IMPOSSIBLE,
    INVALID,
    MALFORMED,
    NOT_FOUND,
    OTHER_SUBJECT,
    OVERLOADED,
    SECOND_PERSON,
    STOPPED,
    TOO_LARGE,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNSUPPORTED,
    Problem,
    not_found,
)
from ledger.web.reading import event_index
from projections.erasures import DECIDED as DECISION
from projections.erasures import REQUESTED
from projections.event import read_event

Asked = TypeVar("Asked", bound=BaseModel)
_LISTED = 1_000
_NAMED = 10_000
"""The most events that one may name."""
_REFUSED = "refused"


async def post_erasure(request: web.Request) -> web.Response:
    """Put a request on record, and show what would be erased."""
    asked, ledger = await _body(request, ErasureRequest), request[LEDGER]
    found = await survey(ledger.reads, asked.subject)
    data: JsonObject = {
        "actor": str(asked.actor),
        "subject_hash": asked.subject.hash,
        "law": asked.law,
        "scope": asked.scope,
        "token": request[CALLER].id,
    }
    index = await _append(request, REQUESTED, data | ({"channel": asked.channel} if asked.channel else {}))
    preview = _preview(found, list(found.search.concerns.values()))
    answer = {"index": index, "subject_hash": asked.subject.hash, "would_erase": preview}
    return _json(answer, 201, {"Location": f"/ledgers/{ledger.row.name}/events/{index}"})


async def post_decision(request: web.Request) -> web.Response:
    """Put the decision of a second person on record, and destroy what it grants.

    The same again goes on where a crash or a lack of the database broke off.
    """
    asked = await _body(request, ErasureDecision)
    requested = await _requested(request, asked.subject)
    found = await survey(request[LEDGER].reads, asked.subject)
    before = _decision(found, requested.index)
    decided = found.decisions[before] if before is not None else asked.model_dump(by_alias=True)
    if before is not None and decided["decision"] != asked.decision:
        raise Problem(DECIDED, f"The decision at index {before} says {decided['decision']}.", index=before)
    concerns = [] if asked.decision == _REFUSED else _concerned(found, decided, before)
    if covering := found.holds.covering(_places(concerns)):
        raise _held(list(covering))
    if asked.dry_run:
        seen = {"request": requested.index, "outcome": asked.decision, "would_erase": _preview(found, concerns)}
        return _json(seen, 200)
    index = before if before is not None else await _decide(request, asked, requested, concerns)
    contents = found.search.wholly_gone(concerns)
    order = Order(index, requested.subject_hash, requested.law, concerns, found.size, contents)
    try:
        tombstones = await request[LEDGER].destruction.carry_out(order)
    except HoldPlaced as hold:
        raise _held([hold.index], tombstones=hold.tombstones) from hold
    done: dict[str, object] = {"request": requested.index, "decision": index, "outcome": asked.decision}
    return _json(
        done | {"tombstones": tombstones, "events": len(concerns)}, 201 if before is None or tombstones else 200
    )


@dataclass(frozen=True, slots=True)
class _Requested:
    """A request on record, by its index; `token` is None where it was posted as an event."""

    index: int
    subject_hash: str
    law: str
    token: str | None


async def _requested(request: web.Request, subject: Subject) -> _Requested:
    """Return the request that the path names. Raises `Problem` 404, 409 where it is another subject's or caller's."""
    index = event_index(request)
    stored = await request[LEDGER].reads.events(index, index + 1)
    event = read_event(stored[0].index, stored[0].entry, stored[0].openings) if stored else None
    if event is None or event.type != REQUESTED or event.exercise:
        raise not_found(f"request to erase at index {index}")
    if event.text("subject_hash") != subject.hash:
        raise Problem(OTHER_SUBJECT, "The hash of this subject is not the request's.", [Fault("/subject", "another")])
    token = event.text("token")
    if token == request[CALLER].id:
        raise Problem(SECOND_PERSON, "The request was made with this token; a second person decides with another.")
    return _Requested(index, subject.hash, event.text("law") or "", token)


def _decision(found: Survey, request: int) -> int | None:
    """Return the decision on a request: the last, as in the register."""
    made = [at for at, said in found.decisions.items() if said.get("request") == request and not said.get("exercise")]
    return made[-1] if made else None


def _concerned(found: Survey, decided: JsonObject, before: int | None) -> list[Concern]:
    """Return the events that a decision is about: what came after it is another request's."""
    events, spared = decided.get("events") or (), decided.get("except") or ()
    end = found.size if before is None else before
    return [
        concern
        for index, concern in sorted(found.search.concerns.items())
        if index < end and (not events or index in events) and index not in spared
    ]


async def _decide(
    request: web.Request, asked: ErasureDecision, requested: _Requested, concerns: Sequence[Concern]
) -> int:
    """Put a decision on record, with the events that it is about, unless they are more than an event can name."""
    data: JsonObject = {
        "actor": str(asked.actor),
        "subject_hash": requested.subject_hash,
        "law": requested.law,
        "decision": asked.decision,
        "scope": "in part" if asked.decision == "partly_granted" else "as requested",
        "reason": asked.reason,
        "request": requested.index,
        "token": request[CALLER].id,
    }
    named = [concern.index for concern in concerns] if len(concerns) <= _NAMED else list(asked.events)
    parts: dict[str, list[int]] = {"events": named, "except": list(asked.except_)}
    return await _append(request, DECISION, data | {name: part for name, part in parts.items() if part})


async def _append(request: web.Request, type_: str, data: JsonObject) -> int:
    """Append an event of the ledger's own; its id says nothing of the subject."""
    ledger = request[LEDGER]
    draft = own_event(ledger.row.name, type_, str(uuid4()), request.app[CLOCK](), data)
    return (await ledger.sequencer.enqueue(Unit([draft])))[0].index


def _held(holds: Sequence[int], tombstones: Sequence[int] = ()) -> Problem:
    detail = f"Nothing that a hold covers may be erased until it is released: {', '.join(map(str, holds))}."
    return Problem(HELD, detail, holds=list(holds), tombstones=list(tombstones))


def _preview(found: Survey, concerns: Sequence[Concern]) -> dict[str, object]:
    rules: dict[str, int] = {}
    types: dict[str, dict[str, int]] = {}
    counts: dict[str, int] = {}
    for concern in concerns:
        rules[concern.rule] = rules.get(concern.rule, 0) + 1
        counts[concern.type] = counts.get(concern.type, 0) + 1
        fields = types.setdefault(concern.type, {})
        for name in concern.fields:
            fields[name] = fields.get(name, 0) + 1
    search = found.search
    return {
        "size": found.size,
        "events": len(concerns),
        "fields": sum(len(concern.fields) for concern in concerns),
        "rules": rules,
        "types": {name: {"events": counts[name], "fields": fields} for name, fields in types.items()},
        "indexes": sorted(concern.index for concern in concerns)[:_LISTED],
        "mentioned": _listed(search.mentioned),
        "elsewhere": _listed(search.elsewhere),
        "holds": [{"index": at, "events": count} for at, count in found.holds.covering(_places(concerns)).items()],
    }


def _places(concerns: Sequence[Concern]) -> dict[int, str | None]:
    return {concern.index: concern.incident for concern in concerns}


def _listed(places: Mapping[int, Sequence[str]]) -> list[dict[str, object]]:
    return [{"index": index, "fields": list(names)} for index, names in sorted(places.items())[:_LISTED]]


async def _body(request: web.Request, model: type[Asked]) -> Asked:
    """Read the request's body. Raises `Problem` 415, `Refused` with every fault; neither repeats the subject."""
    queries.expect_only(request, ())
    if not is_json(request.content_type):
        raise Problem(UNSUPPORTED, "This is asked in application/json.")
    document = parse_object(await request.read())
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Refused(list(model_faults(error, document))) from None


def _json(answer: Mapping[str, object], status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=orjson.dumps(answer), status=status, content_type="application/json", headers=headers)


_ADMIN = frozenset({Role.ADMIN})
_WRITING = (
    MALFORMED,
    BAD_REQUEST,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    TOO_LARGE,
    UNSUPPORTED,
    INVALID,
    OVERLOADED,
    UNAVAILABLE,
    STOPPED,
)
OPERATIONS = (
    Operation(
        "POST",
        "/ledgers/{ledger}/erasures",
        post_erasure,
        "Request that a person be erased; see what would go",
        "law",
        {
            201: Answer(
                "On record, nothing erased yet",
                {"application/json": {"$ref": "#/components/schemas/ErasureRequested"}},
                {"Location": "the event of the request"},
            )
        },
        _ADMIN,
        body={"application/json": {"$ref": "#/components/schemas/ErasureRequest"}},
        problems=_WRITING,
    ),
    Operation(
        "POST",
        "/ledgers/{ledger}/erasures/{index}/decision",
        post_decision,
        "Decide on a request as a second person; what is granted is destroyed",
        "law",
        {
            201: Answer("Decided, and destroyed", {"application/json": {"$ref": "#/components/schemas/ErasureDone"}}),
            200: Answer(
                "It was decided and done before, or a dry run",
                {"application/json": {"$ref": "#/components/schemas/ErasureDone"}},
            ),
        },
        _ADMIN,
        (Parameter("index", "path", "the index of the request", {"type": "string"}, required=True),),
        {"application/json": {"$ref": "#/components/schemas/ErasureDecision"}},
        (*_WRITING, IMPOSSIBLE, SECOND_PERSON, OTHER_SUBJECT, DECIDED, HELD),
    ),
)
