"""GET …/verdict: whether anything was hidden, of an incident or of a period; POST puts the verdict on record.

Ages are reckoned to when the last entry was accepted, so that one head and one policy give one verdict. Whoever asks
gets the same one, as far as they may see it: it is judged on all fields.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import orjson
from aiohttp import web

from events.entry import parse_instant, render_instant
from events.strict import JsonObject
from events.visibility import Visibility
from ledger.registry import OpenLedger
from ledger.sequencer.draft import Unit
from ledger.sequencer.own_event import own_event
from ledger.store.reads import Reads, StoredEvent
from ledger.store.tokens import Role
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.awaiting import await_folded
from ledger.web.case import incident_case, ledger_case, places
from ledger.web.context import CALLER, CLOCK, LEDGER, LEDGERS
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.incidents import AFTER, INCIDENT, PROBLEMS, incident_row
from ledger.web.operation import READERS, Answer, Operation, Parameter
from ledger.web.problems import OVERLOADED, STOPPED, bad_parameter
from ledger.web.proving import JUDGING, Proving
from ledger.web.rows_as_of import moment_asked
from ledger.web.selection import accepted_at
from ledger.web.tagged import entity_tag, tagged, unchanged
from ledger.web.verdict_shelf import VERDICTS, Judged
from projections.checks.ground import Ground
from projections.checks.verdict import Judgement, Verdict
from projections.event import Event
from projections.shown import disclosed

_RECORDERS = frozenset({Role.AUDITOR, Role.ADMIN})
_COLUMNS = ("code", "rule", "severity", "subject", "indexes", "settled_by", "settled", "en", "fr")
_REST_SECONDS = 0.002

Told = AsyncIterator[Sequence[tuple[StoredEvent, Event]]]


async def get_incident_verdict(request: web.Request) -> web.Response:
    """Return the verdict on an incident."""
    queries.expect_only(request, ("as_of", "after", "format"))
    return _answer(request, *await judged(request, request.match_info["incident"]))


async def get_verdict(request: web.Request) -> web.Response:
    """Return the verdict on the ledger, or on a period of it."""
    queries.expect_only(request, ("since", "until", "as_of", "after", "format"))
    return _answer(request, *await judged(request, None))


async def post_incident_verdict(request: web.Request) -> web.Response:
    """Judge an incident and put the verdict on record."""
    queries.expect_only(request, ("as_of", "after"))
    return await _record(request, *await judged(request, request.match_info["incident"]))


async def post_verdict(request: web.Request) -> web.Response:
    """Judge the ledger, or a period of it, and put the verdict on record."""
    queries.expect_only(request, ("since", "until", "as_of", "after"))
    return await _record(request, *await judged(request, None))


async def judged(request: web.Request, incident: str | None) -> tuple[Ground, Verdict]:
    """Judge an incident, or with None the ledger or a period of it, as the request's parameters say.

    A reading that names its head by index (`as_of`) may be given the verdict that another was given within a minute.
    """
    ledger = request[LEDGER]
    await await_folded(request, ledger)
    if incident is not None:
        await incident_row(ledger, incident)
    size, at = await _moment(request, ledger)
    since, until = queries.time(request, "since"), queries.time(request, "until")
    if since is not None and until is not None and since >= until:
        raise bad_parameter("until", "the period ends before it begins")
    ground = Ground(incident, size, at, since, until)
    what, shelf = Judged(ledger.row.name, incident, size, at, since, until), request.app[VERDICTS]
    async with request.app[JUDGING]:
        kept = shelf.find(what) if _names_its_head(request) else None
        if kept is None:
            async with ledger.reads.unchanging() as reads:
                kept = ground, await _judge(request, reads, ground)
            shelf.keep(what, *kept)
    return kept


def _names_its_head(request: web.Request) -> bool:
    return request.method == "GET" and queries.whole_number(request.query.get("as_of", "")) is not None


async def _moment(request: web.Request, ledger: OpenLedger) -> tuple[int, datetime]:
    """Return up to which size is judged, and the time to which ages are reckoned."""
    if "as_of" in request.query:
        return await moment_asked(request, ledger)
    size = ledger.folded.value
    rows = await ledger.reads.fetch("entries", size - 1, size) if size else []
    return size, parse_instant(accepted_at(rows[0]["entry"])) if rows else request.app[CLOCK]()


async def _judge(request: web.Request, reads: Reads, ground: Ground) -> Verdict:
    """Tell the case to all checks, verify every entry and opening of it on the way, and let posters go first."""
    if ground.incident is None:
        told: Told = ledger_case(reads, ground.size)
    else:
        told = incident_case(reads, ground.incident, await places(reads, ground.incident, ground.size))
    judgement, proving = Judgement(ground), Proving(reads, ground, request[LEDGER].vkey)
    async for slice_ in told:
        for stored, event in slice_:
            judgement.take(event)
            if event.linked_by is None or ground.incident is not None:
                await proving.take(stored)
        await asyncio.sleep(_REST_SECONDS if request.app[LEDGERS].busy else 0)
    ground.integrity = await proving.integrity()
    return judgement.verdict()


def _answer(request: web.Request, ground: Ground, verdict: Verdict) -> web.Response:
    level = sees(request[CALLER])
    match format_of(request):
        case Format.CSV:
            return web.Response(body=_csv(verdict, level), content_type=Format.CSV.value, charset="utf-8")
        case Format.JSON:
            body = orjson.dumps({**about(ground), **disclosed(verdict, level)})
            tag = entity_tag(body)
            return unchanged(request, tag) or tagged(body, tag)
    raise bad_parameter("format", "a verdict is json or csv")


def about(ground: Ground) -> JsonObject:
    """Return what was judged: which entries of which tree, and what verifying them found."""
    integrity = ground.integrity
    assert integrity is not None  # noqa: S101 - whoever judges verifies
    return {
        "incident": ground.incident,
        "since": None if ground.since is None else render_instant(ground.since),
        "until": None if ground.until is None else render_instant(ground.until),
        "size": ground.size,
        "root": integrity.root,
        "at": render_instant(ground.at),
        "proof": {
            "entries": integrity.entries,
            "faults": [{"index": fault.at, "detail": fault.detail} for fault in integrity.faults],
        },
    }


def _csv(verdict: Verdict, level: Visibility) -> bytes:
    rows = [csv_row(_COLUMNS)]
    for finding in verdict.findings:
        cells = disclosed(finding, level) | finding.explanation
        rows.append(csv_row([cells.get(name) for name in _COLUMNS]))
    return b"".join(rows)


async def _record(request: web.Request, ground: Ground, verdict: Verdict) -> web.Response:
    """Append `verdict.recorded`, once for one head, policy and scope, and answer the verdict with its index."""
    ledger, judged = request[LEDGER], about(ground)
    data: JsonObject = {
        "tree_size": judged["size"],
        "root": judged["root"],
        "verdict": verdict.verdict,
        "findings": {
            "failure": verdict.failures.value,
            "warning": verdict.warnings.value,
            "info": verdict.infos.value,
        },
        "scope": verdict.scope.sentence["en"],
        "policy": verdict.policy,
        **{name: judged[name] for name in ("since", "until") if judged[name] is not None},
        **({} if ground.incident is None else {"of_incident": ground.incident}),
    }
    identity = ":".join(["verdict", *(str(judged[name]) for name in ("incident", "since", "until", "size", "at"))])
    draft = own_event(ledger.row.name, "verdict.recorded", identity, ground.at, data)
    (outcome,) = await ledger.sequencer.enqueue(Unit([draft]))
    document = {**judged, "index": outcome.index, **disclosed(verdict, sees(request[CALLER]))}
    headers = {"Location": f"/ledgers/{ledger.row.name}/events/{outcome.index}"}
    return web.Response(status=201, body=orjson.dumps(document), content_type=Format.JSON.value, headers=headers)


_TIME = {"type": "string", "format": "date-time"}
_AS_OF = Parameter("as_of", "query", "judge what was known then: an index (that entry included), or an RFC 3339 time")
_SINCE = Parameter("since", "query", "only findings with evidence accepted at this time or later", _TIME)
_UNTIL = Parameter("until", "query", "only findings with evidence accepted before this time", _TIME)
_FORMAT = Parameter("format", "query", "json, or the findings as csv", {"enum": ["json", "csv"]})
_VERDICT = {
    "allOf": [{"$ref": "#/components/schemas/Verdict"}],
    "properties": {
        "incident": {"type": ["string", "null"]},
        "since": {"type": ["string", "null"]},
        "until": {"type": ["string", "null"]},
        "size": {"type": "integer", "description": "entries below this index were judged"},
        "root": {"type": "string", "description": "the root of the tree of that size"},
        "at": {"type": "string", "description": "the time to which ages are reckoned"},
        "proof": {
            "type": "object",
            "description": "how many entries were verified with their openings, and what is wrong with them",
            "properties": {
                "entries": {"type": "integer"},
                "faults": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"index": {"type": ["integer", "null"]}, "detail": {"type": "string"}},
                    },
                },
            },
        },
        "index": {"type": "integer", "description": "where the verdict is on record, if it was put there"},
    },
}
_READ = {
    200: Answer(
        "The verdict, its scope and its findings",
        {"application/json": _VERDICT, "text/csv": {"type": "string"}},
        {"ETag": "of this very answer"},
    ),
    304: Answer("The same as If-None-Match names"),
}
_RECORDED = {201: Answer("The verdict, on record", {"application/json": _VERDICT}, {"Location": "the event"})}
_PERIOD = (_SINCE, _UNTIL, _AS_OF, AFTER)
_OF_INCIDENT = (INCIDENT, _AS_OF, AFTER)
_WRITING = (*PROBLEMS, OVERLOADED, STOPPED)
_LEDGER_PATH, _INCIDENT_PATH = "/ledgers/{ledger}/verdict", "/ledgers/{ledger}/incidents/{incident}/verdict"
OPERATIONS = (
    Operation(
        "GET",
        _INCIDENT_PATH,
        get_incident_verdict,
        "Whether anything was hidden in an incident",
        "verdicts",
        _READ,
        READERS,
        (*_OF_INCIDENT, _FORMAT),
        problems=PROBLEMS,
    ),
    Operation(
        "GET",
        _LEDGER_PATH,
        get_verdict,
        "Whether anything was hidden in a period",
        "verdicts",
        _READ,
        READERS,
        (*_PERIOD, _FORMAT),
        problems=PROBLEMS,
    ),
    Operation(
        "POST",
        _INCIDENT_PATH,
        post_incident_verdict,
        "Judge an incident and put the verdict on record",
        "verdicts",
        _RECORDED,
        _RECORDERS,
        _OF_INCIDENT,
        problems=_WRITING,
    ),
    Operation(
        "POST",
        _LEDGER_PATH,
        post_verdict,
        "Judge a period and put the verdict on record",
        "verdicts",
        _RECORDED,
        _RECORDERS,
        _PERIOD,
        problems=_WRITING,
    ),
)
