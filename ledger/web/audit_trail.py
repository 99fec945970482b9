"""GET …/audit-trail of the ledger or of an incident: who did what, when recorded, on whose behalf, over everything.

Only what the reader may see is searched and shown, so that no filter tells what is withheld. A page looks at a bounded
part of the log: it may hold fewer lines than asked for, and `next` goes on.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from aiohttp import web

from events.visibility import Visibility
from events.vocabulary import VOCABULARY
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, StoredEvent
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER
from ledger.web.disclosure import disclose, erased_marks
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.incidents import AFTER, INCIDENT, PROBLEMS, incident_row
from ledger.web.marking import marks_of
from ledger.web.operation import READERS, Answer, Handler, Operation, Parameter
from ledger.web.paging import page, slice_size, stream
from ledger.web.personal import personal_lines
from ledger.web.problems import bad_parameter
from ledger.web.rows_as_of import by_occurrence, moment_asked
from ledger.web.selection import asked_type, first_accepted, type_needle
from projections.audit_trail import AuditLine, Wanted, audit_line
from projections.event import Event, read_event
from projections.shown import disclosed

_SEARCHED_AT_ONCE = 20_000
_SLICES_A_PAGE = 10
_MICROSECOND = timedelta(microseconds=1)
_FILTERS = ("actor", "role", "on_behalf_of", "object", "type")
_PARAMETERS = (*_FILTERS, "since", "until", "clock", "as_of", "after", "start", "limit", "format")
_COLUMNS = (
    "index",
    "incident",
    "seq",
    "type",
    "object",
    "actor",
    "role",
    "on_behalf_of",
    "source",
    "time",
    "accepted_at",
    "late_seconds",
    "marks",
    "withheld",
    "erased",
)


class _Seen(NamedTuple):
    """An event as its reader sees it, the names withheld from them, and of what was erased the tombstones."""

    event: Event
    withheld: list[str]
    erased: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trail:
    """The entries `start` … `end` - 1, of an incident if one is named, as `level` sees them, and which are wanted."""

    ledger: OpenLedger
    incident: str | None
    level: Visibility
    start: int
    end: int
    wanted: Wanted

    async def lines(self, start: int, limit: int) -> tuple[list[AuditLine], int]:
        """Return the wanted lines among the next events from `start` on, at most `limit`, and where to go on."""
        found, position = await self._found(start, min(limit, SLICE) if self.wanted == Wanted() else SLICE)
        seen = [one for one in map(self._seen, found) if self.wanted.matches(one.event)]
        if len(seen) > limit:
            seen, position = seen[:limit], seen[limit].event.index
        marks = await marks_of(self.ledger.reads, [one.event for one in seen], self.end)
        return [audit_line(one.event, made, *one[1:]) for one, made in zip(seen, marks, strict=True)], position

    async def page(self, limit: int) -> tuple[list[AuditLine], int | None]:
        """Return the first wanted lines, at most `limit`, and where to go on: not all is looked at for one page."""
        lines: list[AuditLine] = []
        position = self.start
        for _ in range(_SLICES_A_PAGE):
            if len(lines) == limit or position >= self.end:
                break
            more, position = await self.lines(position, limit - len(lines))
            lines += more
        return lines, position if position < self.end else None

    async def _found(self, start: int, limit: int) -> tuple[list[StoredEvent], int]:
        """Return stored events that may be wanted. The needles find all that are; which of them are is told later."""
        needles, reads = (self._type_needle(), self.wanted.needle), self.ledger.reads
        at_once = limit if needles == (None, None) else _SEARCHED_AT_ONCE
        if self.incident is None:
            end = min(start + at_once, self.end)
            rows = await reads.fetch("searched_events", start, end, *needles, limit)
        else:
            found = await reads.fetch("searched_incident", self.incident, start, self.end, *needles, at_once, limit)
            end = self.end if found[0]["scanned"] is None else found[0]["scanned"] + 1
            rows = [row for row in found if row["entry"] is not None]
        events = [StoredEvent.of(row) for row in rows]
        return events, events[-1].index + 1 if len(events) == limit else end

    def _type_needle(self) -> bytes | None:
        if self.wanted.family is not None:
            return b'"type":"' + self.wanted.family.encode()
        return None if self.wanted.type is None else type_needle(self.wanted.type)

    def _seen(self, stored: StoredEvent) -> _Seen:
        openings, withheld = disclose(stored, self.level)
        event = read_event(stored.index, stored.entry, openings)
        return _Seen(event, orjson.loads(withheld), erased_marks(stored))


async def get_audit_trail(request: web.Request) -> web.StreamResponse:
    """Return the audit trail of the whole ledger."""
    return await _answer(request, None)


async def get_incident_audit_trail(request: web.Request) -> web.StreamResponse:
    """Return the audit trail of what stands in an incident, what was linked to it included."""
    return await _answer(request, request.match_info["incident"])


async def _answer(request: web.Request, incident: str | None) -> web.StreamResponse:
    trail = await trail_of(request, incident)
    format_, limit = format_of(request), queries.limit(request)
    if format_ is Format.JSON:
        return await _page(request, trail, limit)
    if format_ is Format.SSE:
        raise bad_parameter("format", "an audit trail is json, ndjson or csv; the timeline has a live tail")
    if trail.start < trail.end:
        await record_reading(request, rows=None)
    render = _csv if format_ is Format.CSV else _json_line
    return await stream(request, format_, _all(request, trail, render, heading=format_ is Format.CSV))


async def trail_of(request: web.Request, incident: str | None) -> Trail:
    """Return the trail that a request asks for, of an incident if one is named. Raises `Problem` 400, 404.

    By the ledger's clock times are places in the log, by the sources' every event is asked.
    """
    queries.expect_only(request, _PARAMETERS)
    ledger = request[LEDGER]
    await await_folded(request, ledger)
    if incident is not None:
        await incident_row(ledger, incident)
    claimed, end, until = by_occurrence(request), ledger.folded.value, queries.time(request, "until")
    since, start = queries.time(request, "since"), queries.number(request, "start", 0) or 0
    if "as_of" in request.query:
        size, at = await moment_asked(request, ledger)
        if claimed and queries.whole_number(request.query["as_of"]) is None:
            until = min(at + _MICROSECOND, until or at + _MICROSECOND)
        else:
            end = size
    if not claimed:
        start = max(start, await _place(ledger, since, 0))
        end = min(end, await _place(ledger, until, end))
    wanted = Wanted(
        **{name: request.query.get(name) for name in _FILTERS if name != "type"},
        type=_type(request),
        since=since if claimed else None,
        until=until if claimed else None,
    )
    return Trail(ledger, incident, sees(request[CALLER]), start, end, wanted)


async def _place(ledger: OpenLedger, moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else await first_accepted(ledger.reads, moment, ledger.folded.value)


def _type(request: web.Request) -> str | None:
    name = request.query.get("type")
    if name is None or not name.endswith(".*"):
        return asked_type(request)
    if name != "custom.*" and not any(known.startswith(name[:-1]) for known in VOCABULARY):
        raise bad_parameter("type", "the vocabulary has no such family of types")
    return name


async def _page(request: web.Request, trail: Trail, limit: int) -> web.Response:
    lines, position = await trail.page(limit)
    await record_reading(request, rows=personal_lines(request, lines))
    next_ = None if position is None else str(position)
    return page(request, [_json(line) for line in lines], next_, b',"size":%d' % trail.end)


async def _all(
    request: web.Request, trail: Trail, render: Callable[[AuditLine], bytes], *, heading: bool
) -> AsyncIterator[bytes]:
    if heading:
        yield csv_row(_COLUMNS)
    position = trail.start
    while position < trail.end:
        lines, position = await trail.lines(position, slice_size(request))
        yield b"".join(map(render, lines))


def _json(line: AuditLine) -> bytes:
    return orjson.dumps(disclosed(line, Visibility.PUBLIC))


def _json_line(line: AuditLine) -> bytes:
    return _json(line) + b"\n"


def _csv(line: AuditLine) -> bytes:
    about, actor = line.object, line.actor
    cells: dict[str, Any] = {
        **{name: getattr(line, name) for name in _COLUMNS if name in AuditLine.model_fields},
        "object": f"{about.kind}|{about.id}" if about else None,
        "actor": f"{actor.kind}:{actor.id}" if actor else None,
        "role": actor.role if actor else None,
        "on_behalf_of": actor.on_behalf_of if actor else None,
        "marks": " ".join(f"{mark.type}@{mark.index}" for mark in line.marks),
        "withheld": " ".join(line.withheld),
        "erased": " ".join(f"{name}@{tombstone}" for name, tombstone in line.erased.items()),
    }
    return csv_row(["" if cells[name] is None else cells[name] for name in _COLUMNS])


_TIME = {"type": "string", "format": "date-time"}
_ASKING = (
    Parameter("actor", "query", "only what this actor did: an id, or kind:id as person:jeanne"),
    Parameter("role", "query", "only what was done in this role"),
    Parameter("on_behalf_of", "query", "only what was done on behalf of this organisation"),
    Parameter("object", "query", "only what concerns this object: kind|id as content|17, update|point-1, event|41"),
    Parameter("type", "query", "only events of this type, or of this family as comment.*"),
    Parameter("since", "query", "only events of this time or later, on `clock`", _TIME),
    Parameter("until", "query", "only events before this time, on `clock`", _TIME),
    Parameter(
        "clock",
        "query",
        "for since, until and a time in as_of: accepted, the ledger's clock; occurred, the sources' claims",
        {"enum": ["accepted", "occurred"], "default": "accepted"},
    ),
    Parameter("as_of", "query", "the trail as it was then: up to an index, that entry included, or a time on `clock`"),
    AFTER,
    Parameter("start", "query", "the index to begin at", {"type": "integer", "minimum": 0}),
    Parameter(
        "limit", "query", "how many a page has at most, 1 to 1000", {"type": "integer", "minimum": 1, "maximum": 1000}
    ),
    Parameter("format", "query", "json, ndjson or csv; else by Accept", {"enum": ["json", "ndjson", "csv"]}),
)


def _operation(path: str, handler: Handler, about: str, parameters: Sequence[Parameter]) -> Operation:
    content = {
        "application/json": {"$ref": "#/components/schemas/AuditPage"},
        "application/x-ndjson": {"$ref": "#/components/schemas/AuditLine"},
        "text/csv": {"type": "string"},
    }
    answers = {200: Answer("The lines that were asked for, by index", content, {"Link": "the next page"})}
    return Operation("GET", path, handler, about, "practices", answers, READERS, parameters, problems=PROBLEMS)


OPERATIONS = (
    _operation("/ledgers/{ledger}/audit-trail", get_audit_trail, "Who did what, over the whole ledger", _ASKING),
    _operation(
        "/ledgers/{ledger}/incidents/{incident}/audit-trail",
        get_incident_audit_trail,
        "Who did what in an incident",
        (INCIDENT, *_ASKING),
    ),
)
