"""GET …/access-register: every reading of personal fields, every export, and who was allowed to; and the matrix of it.

Read from the rows of one projection, so that a log of any length costs what its accesses cost. What was asked may name
a person: only auditors see it, and their seeing it is an access like any other.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import orjson
from aiohttp import web

from events.visibility import Visibility
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE
from ledger.store.tokens import Role, Token
from ledger.web import queries
from ledger.web.access import caller_name, sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER, TOKENS
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.incidents import AFTER, PROBLEMS
from ledger.web.operation import Answer, Operation, Parameter
from ledger.web.paging import page, stream
from ledger.web.problems import bad_parameter
from ledger.web.selection import first_accepted
from projections.access_register import AccessLine, AccessMatrix, Holder, Matrix, WantedAccesses, access_line
from projections.accesses import ACCESS_TYPES, ACCESSES, AccessRow
from projections.event import read_event
from projections.projection import index_key
from projections.shown import disclosed

_PORTIONS_A_PAGE = 40
FILTERS = ("who", "type", "incident", "since", "until", "after")


@dataclass(frozen=True, slots=True)
class Register:
    """The accesses at the indexes `start` … `end` - 1, and which of them are wanted."""

    ledger: OpenLedger
    start: int
    end: int
    wanted: WantedAccesses

    async def rows(self, start: int, limit: int) -> tuple[list[AccessRow], int]:
        """Return the wanted rows among the next `SLICE` from `start` on, at most `limit`, and where to go on."""
        stored = await self.ledger.reads.fetch("incident_rows", ACCESSES.name, "", index_key(start), None, SLICE)
        rows = [AccessRow.model_validate_json(row["row"]) for row in stored]
        found = [row for row in rows if row.index < self.end and self.wanted.matches(row)]
        if len(found) > limit:
            return found[:limit], found[limit].index
        return found, rows[-1].index + 1 if len(rows) == SLICE else self.end

    async def lines(self, rows: Sequence[AccessRow], level: Visibility) -> list[AccessLine]:
        """Return the lines of at most `SLICE` rows, with what was asked where `level` sees that."""
        asked: dict[int, str | None] = {}
        if level >= Visibility.PERSONAL:
            stored = await self.ledger.reads.events_at([row.index for row in rows])
            events = [read_event(each.index, each.entry, each.openings) for each in stored]
            asked = {event.index: event.text("filter") for event in events}
        return [access_line(row, asked.get(row.index)) for row in rows]


async def get_access_register(request: web.Request) -> web.StreamResponse:
    """Return the register: a page, or all of it as CSV."""
    queries.expect_only(request, (*FILTERS, "start", "limit", "format"))
    format_, limit, level = format_of(request), queries.limit(request), sees(request[CALLER])
    register = await register_asked(request)
    if format_ is Format.CSV:
        if register.start < register.end:
            await record_reading(request, rows=None)
        return await stream(request, format_, _csv(register, level))
    if format_ is not Format.JSON:
        raise bad_parameter("format", "the register is json or csv")
    lines, next_ = await page_of_accesses(request, register, limit)
    items = [orjson.dumps(disclosed(line, level)) for line in lines]
    return page(request, items, next_, b',"size":%d' % register.end)


async def page_of_accesses(
    request: web.Request, register: Register, limit: int
) -> tuple[Sequence[AccessLine], str | None]:
    """Return a page of the register, and where the next begins. That the caller reads it is put on record."""
    lines: list[AccessLine] = []
    position = register.start
    for _ in range(_PORTIONS_A_PAGE):
        if len(lines) == limit or position >= register.end:
            break
        rows, position = await register.rows(position, limit - len(lines))
        lines += await register.lines(rows, sees(request[CALLER]))
    await record_reading(request, rows=sum(tells(line, request[CALLER]) for line in lines))
    return lines, str(position) if position < register.end else None


async def get_access_matrix(request: web.Request) -> web.Response:
    """Return who did what how often."""
    queries.expect_only(request, FILTERS)
    register = await register_asked(request)
    shown = {"size": register.end, **disclosed(await matrix_of(request, register), sees(request[CALLER]))}
    response = web.Response(body=orjson.dumps(shown), content_type=Format.JSON.value)
    response.enable_compression()
    return response


async def matrix_of(request: web.Request, register: Register) -> AccessMatrix:
    """Return who did what how often, and who may read what is personal."""
    matrix, position = Matrix(), register.start
    while position < register.end:
        rows, position = await register.rows(position, SLICE)
        for row in rows:
            matrix.add(row)
    tokens = await request.app[TOKENS].all(register.ledger.row.name)
    holders = [_holder(token) for token in tokens if sees(token) >= Visibility.PERSONAL]
    return matrix.shown(holders)


async def register_asked(request: web.Request) -> Register:
    """Read the filters. Times are the ledger's own, and so places in the log. Raises `Problem` 400."""
    ledger, type_ = request[LEDGER], request.query.get("type")
    if type_ is not None and type_ not in ACCESS_TYPES:
        raise bad_parameter("type", f"expected one of {', '.join(ACCESS_TYPES)}")
    since, until = queries.time(request, "since"), queries.time(request, "until")
    start = queries.number(request, "start", 0) or 0
    await await_folded(request, ledger)
    end = ledger.folded.value
    if since is not None:
        start = max(start, await first_accepted(ledger.reads, since, end))
    if until is not None:
        end = await first_accepted(ledger.reads, until, end)
    wanted = WantedAccesses(request.query.get("who"), type_, request.query.get("incident"))
    return Register(ledger, start, end, wanted)


async def _csv(register: Register, level: Visibility) -> AsyncIterator[bytes]:
    columns = [name for name, needed in AccessLine.visibility.items() if needed <= level]
    yield csv_row(columns)
    position = register.start
    while position < register.end:
        rows, position = await register.rows(position, SLICE)
        lines = await register.lines(rows, level)
        yield b"".join(csv_row([getattr(line, name) for name in columns]) for line in lines)


def tells(line: AccessLine, caller: Token) -> bool:
    """Tell whether a line shows the caller what somebody else asked."""
    return line.filter is not None and line.who != caller_name(caller)


def _holder(token: Token) -> Holder:
    return Holder(
        who=caller_name(token),
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )


_TIME = {"type": "string", "format": "date-time"}
_ASKING = (
    Parameter("who", "query", "only what they did: the name in the register, or its first word as token:<id>"),
    Parameter("type", "query", "only this kind of access", {"enum": list(ACCESS_TYPES)}),
    Parameter("incident", "query", "only accesses to this incident"),
    Parameter("since", "query", "only accesses at this time or later, by the ledger's clock", _TIME),
    Parameter("until", "query", "only accesses before this time, by the ledger's clock", _TIME),
    AFTER,
)
ROLES = frozenset({Role.AUDITOR, Role.ADMIN})
_PAGE = {"application/json": {"$ref": "#/components/schemas/AccessPage"}, "text/csv": {"type": "string"}}
OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/access-register",
        get_access_register,
        "Who read personal fields, who took events away, who was allowed to",
        "access",
        {200: Answer("The accesses that were asked for, by index", _PAGE, {"Link": "the next page"})},
        ROLES,
        (
            *_ASKING,
            Parameter("start", "query", "the index to begin at", {"type": "integer", "minimum": 0}),
            Parameter(
                "limit",
                "query",
                "how many a page has at most, 1 to 1000",
                {"type": "integer", "minimum": 1, "maximum": 1000},
            ),
            Parameter("format", "query", "json or csv; else by Accept", {"enum": ["json", "csv"]}),
        ),
        problems=PROBLEMS,
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}/access-register/matrix",
        get_access_matrix,
        "How often who did what, each number with its events",
        "access",
        {200: Answer("The matrix", {"application/json": {"$ref": "#/components/schemas/AccessAnswer"}})},
        ROLES,
        _ASKING,
        problems=PROBLEMS,
    ),
)
