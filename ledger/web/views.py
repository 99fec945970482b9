"""GET /ledgers/{ledger}/incidents/{incident}/<view>: whether the practices were practised, each number with its events.

Without `as_of` a view is made from the rows that the runner keeps, with it from the incident's events up to then, by
the same functions: what did we know at 14:00?
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web
from pydantic import ValidationError

from events.entry import render_instant
from events.visibility import Visibility
from ledger.store.reads import Reads
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.comment_shelf import SHELF
from ledger.web.context import CALLER, CLOCK, LEDGER
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.incidents import AFTER, INCIDENT, PROBLEMS, incident_row
from ledger.web.operation import READERS, Answer, Handler, Operation, Parameter, Schema
from ledger.web.paging import page
from ledger.web.personal import personal_parts
from ledger.web.problems import bad_parameter
from ledger.web.rows_as_of import rows_as_of
from ledger.web.stored_rows import all_rows
from ledger.web.tagged import entity_tag, tagged, unchanged
from projections.comment_table import CommentTable
from projections.comments import COMMENTS
from projections.shown import Figure, Shown, disclosed, rendered
from projections.view import AnyView, Moment, Query, Rows
from projections.views import VIEWS

_COMMON = ("as_of", "clock", "after", "figure", "start", "limit", "format")


def _handler(view: AnyView) -> Handler:
    async def get_view(request: web.Request) -> web.Response:
        query, part = asked(request, view), (queries.number(request, "start", 0) or 0, queries.limit(request))
        answer, moment = await answer_of(request, view, query)
        level = sees(request[CALLER])
        if "figure" in request.query:
            return await _figure(request, answer, level, *part)
        if format_of(request) is Format.CSV:
            return await _csv(request, view, answer, level)
        return await _json(request, answer, level, moment)

    get_view.__name__ = f"get_{view.name.replace('-', '_')}"
    return get_view


async def answer_of(request: web.Request, view: AnyView, query: Query) -> tuple[Any, Moment]:
    """Return what a view answers of the incident that the path names, at the moment that the request names."""
    name = request.match_info["incident"]
    await await_folded(request, request[LEDGER])
    await incident_row(request[LEDGER], name)
    async with _rows(request, view, name) as (rows, moment):
        return view.render(rows, moment, query), moment


@asynccontextmanager
async def _rows(request: web.Request, view: AnyView, incident: str) -> AsyncIterator[tuple[Rows, Moment]]:
    """Lend the rows of the moment that the request names, else of now: all of one state of the database."""
    if "clock" in request.query and "as_of" not in request.query:
        raise bad_parameter("clock", "goes with as_of")
    if "as_of" in request.query:
        yield await rows_as_of(request, view, incident)
        return
    async with _reads(request, view, incident) as (reads, comments):
        own = {projection.name: await all_rows(reads, projection, incident) for projection in view.rows}
        shared = {projection.name: await all_rows(reads, projection, "") for projection in view.shared}
        names = {projection.name for projection in (*view.rows, *view.shared, *([COMMENTS] if view.comments else []))}
        folded = await reads.fetch("folded", list(names))
        now = request.app[CLOCK]().replace(microsecond=0)
        yield Rows(own, shared, comments), Moment(incident, folded[0]["next"] or 0, now)


@asynccontextmanager
async def _reads(request: web.Request, view: AnyView, incident: str) -> AsyncIterator[tuple[Reads, CommentTable]]:
    if view.comments:
        async with request.app[SHELF].table(request[LEDGER], incident) as lent:
            yield lent
    else:
        async with request[LEDGER].reads.unchanging() as reads:
            yield reads, CommentTable()


def asked(request: web.Request, view: AnyView) -> Query:
    """Return the parameters of a view that a request names. Raises `Problem` 400."""
    queries.expect_only(request, (*_COMMON, *view.query.model_fields))
    own = {name: text for name, text in request.query.items() if name in view.query.model_fields}
    try:
        query: Query = view.query.model_validate_strings(own)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise bad_parameter(str(fault["loc"][0]), fault["msg"].removeprefix("Value error, ")) from None
    return query


async def _json(request: web.Request, answer: Shown, level: Visibility, moment: Moment) -> web.Response:
    about = {"incident": moment.incident, "size": moment.size, "at": render_instant(moment.at)}
    body = orjson.dumps(
        {**about, **disclosed(answer, level)},
        option=orjson.OPT_NON_STR_KEYS,
    )
    tag = entity_tag(body)
    if (same := unchanged(request, tag)) is not None:
        return same
    await record_reading(request, rows=personal_parts(request, [answer]))
    return tagged(body, tag)


async def _figure(request: web.Request, answer: Shown, level: Visibility, start: int, limit: int) -> web.Response:
    """Return a page of the indexes behind one figure, which `figure` names by its path: `rates.1h.answered`."""
    found = figure_at(answer, request.query["figure"], level)
    if found is None:
        raise bad_parameter("figure", "names no figure of this answer that the token may see")
    items = [b"%d" % index for index in found.indexes[start : start + limit]]
    more = str(start + limit) if start + limit < found.count else None
    about = orjson.dumps({"value": found.value, "count": found.count})
    for_auditors = figure_at(answer, request.query["figure"], Visibility.INTERNAL) is None
    await record_reading(request, rows=len(items) if for_auditors else 0)
    return page(request, items, more, b"," + about[1:-1])


def figure_at(answer: Shown, path: str, level: Visibility) -> Figure | None:
    """Return the figure that a path names, as `rates.1h.answered`, None where there is none that `level` may see."""
    found: object = answer
    steps = path.split(".")
    while steps and found is not None:
        found, steps = _inside(found, steps, level)
    return found if isinstance(found, Figure) else None


def _inside(value: object, steps: list[str], level: Visibility) -> tuple[object, list[str]]:
    """Return what the first of `steps` names, and the steps that remain. A name may hold dots, as a type does."""
    step, rest = steps[0], steps[1:]
    match value:
        case Shown() if value.visibility.get(step, level + 1) <= level:
            return getattr(value, step), rest
        case dict():
            ends = (end for end in range(1, len(steps) + 1) if ".".join(steps[:end]) in value)
            end = next(ends, None)
            return (None, []) if end is None else (value[".".join(steps[:end])], steps[end:])
        case tuple() | list() if (place := queries.whole_number(step)) is not None and place < len(value):
            return value[place], rest
    return None, []


async def _csv(request: web.Request, view: AnyView, answer: Shown, level: Visibility) -> web.Response:
    if view.line is None:
        raise bad_parameter("format", "this view has no table; it is JSON")
    columns = [name for name, needed in view.line.visibility.items() if needed <= level]
    lines = view.table(answer)
    rows = [csv_row(columns), *(csv_row([_cell(getattr(line, name)) for name in columns]) for line in lines)]
    await record_reading(request, rows=personal_parts(request, lines))
    return web.Response(body=b"".join(rows), content_type=Format.CSV.value, charset="utf-8")


def _cell(value: object) -> object:
    match value:
        case Figure():
            return value.value
        case tuple() | list():
            return " ".join(str(_cell(item)) for item in value)
        case Shown() | dict():
            return orjson.dumps(rendered(value, Visibility.PUBLIC)).decode()
    return "" if value is None else value


def _parameters(view: AnyView) -> Sequence[Parameter]:
    fields: dict[str, Any] = view.query.model_json_schema().get("properties", {})
    return [Parameter(name, "query", schema.pop("description", ""), schema) for name, schema in fields.items()]


def _paging(view: AnyView) -> Sequence[Parameter]:
    """Return the parameters that page through indexes; a view whose own list is paged by the same names has told."""
    return [each for each in (_START, _LIMIT) if each.name not in view.query.model_fields]


_AS_OF = Parameter(
    "as_of", "query", "show what was known then: an index (that entry included), or an RFC 3339 time on `clock`"
)
_CLOCK = Parameter(
    "clock",
    "query",
    "for a time in as_of: accepted, what the ledger had; occurred, what had happened by the sources' claims",
    {"enum": ["accepted", "occurred"], "default": "accepted"},
)
_FIGURE = Parameter("figure", "query", "list the indexes behind one figure, named by its path in the answer")
_START = Parameter("start", "query", "with figure: how many indexes to pass over", {"type": "integer", "minimum": 0})
_LIMIT = Parameter(
    "limit",
    "query",
    "with figure: how many indexes a page has, 1 to 1000",
    {"type": "integer", "minimum": 1, "maximum": 1000},
)
_FORMAT = Parameter("format", "query", "json or, where the view has a table, csv", {"enum": ["json", "csv"]})


def _operation(view: AnyView) -> Operation:
    answer = {
        "allOf": [{"$ref": f"#/components/schemas/{view.answer.__name__}"}],
        "properties": {
            "incident": {"type": "string"},
            "size": {"type": "integer", "description": "entries below this index are told"},
            "at": {"type": "string", "format": "date-time", "description": "the moment to which ages are reckoned"},
        },
    }
    content: dict[str, Schema] = {
        "application/json": {"anyOf": [answer, {"$ref": "#/components/schemas/IndexPage"}]},
        "text/csv": {"type": "string"},
    }
    return Operation(
        "GET",
        f"/ledgers/{{ledger}}/incidents/{{incident}}/{view.name}",
        _handler(view),
        view.__doc__.splitlines()[0] if view.__doc__ else view.name,
        "practices",
        {
            200: Answer("The view, or the indexes behind one figure", content, {"ETag": "of this very answer"}),
            304: Answer("The same as If-None-Match names"),
        },
        READERS,
        (INCIDENT, _AS_OF, _CLOCK, AFTER, *_parameters(view), _FIGURE, *_paging(view), _FORMAT),
        problems=PROBLEMS,
    )


OPERATIONS = tuple(_operation(view) for view in VIEWS)
