"""The page of a view of an incident: what programs get as JSON, in a template of its own; the page of one figure."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from aiohttp import web

from events.strict import JsonObject
from events.visibility import Visibility
from ledger.core.merkle import leaf_hash
from ledger.store.reads import StoredEvent
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.context import CALLER, LEDGER
from ledger.web.disclosure import disclose
from ledger.web.html.address import replaced
from ledger.web.html.frame import frame_of
from ledger.web.html.page import Page, shown
from ledger.web.operation import Handler
from ledger.web.personal import personal_events, personal_parts
from ledger.web.problems import bad_parameter
from ledger.web.views import answer_of, asked, figure_at
from projections.event import Event, read_event
from projections.shown import Figure, disclosed
from projections.view import AnyView, Moment

_FIGURE_PAGE = 50


More = Callable[[web.Request, JsonObject, Moment], Mapping[str, object]]
"""Returns what a template needs besides, from what the reader may see of the answer: charts, the next part."""


Words = Callable[[JsonObject], Iterable[int]]
"""Returns the indexes of the events whose own words the page shows, from what the reader may see of the answer."""


def view_page(
    view: AnyView, template: str, more: More | None = None, words: Words | None = None, **otherwise: object
) -> Page:
    """Return the page of a view. `otherwise`: what its query asks where the request doesn't say, if not the usual.

    The template extends `view.html.jinja` and finds `frame`, `view` (the view's name), `answer` (what the reader may
    see of it, as JSON), `asked` (the query's values), `at` and `size` (the moment), `now` (whether it is the present);
    with `words` also `events`, by index, as `Behind`.
    """
    handler = _handler(view, template, more, words, otherwise)
    return Page(f"/ledgers/{{ledger}}/incidents/{{incident}}/{view.name}", handler)


def _handler(
    view: AnyView, template: str, more: More | None, words: Words | None, otherwise: Mapping[str, object]
) -> Handler:
    async def get_page(request: web.Request) -> web.Response:
        unsaid = {name: value for name, value in otherwise.items() if name not in request.query}
        query, frame = asked(request, view).model_copy(update=unsaid), await frame_of(request)
        answer, moment = await answer_of(request, view, query)
        level = sees(request[CALLER])
        common = {"frame": frame, "view": view.name, "now": "as_of" not in request.query, **moment._asdict()}
        if "figure" in request.query:
            figure = figure_at(answer, request.query["figure"], level)
            if figure is None:
                raise bad_parameter("figure", "names no figure of this answer that the token may see")
            return await _figure(request, figure, common)
        told = disclosed(answer, level)
        stored = await request[LEDGER].reads.events_at(sorted(set(words(told)))) if words else []
        await record_reading(request, rows=personal_parts(request, [answer]) + personal_events(request, stored))
        besides = {**(more(request, told, moment) if more else {}), "events": _seen(stored, level)}
        return shown(request, template, {**common, "answer": told, "asked": query.model_dump(), **besides})

    return get_page


class Behind(NamedTuple):
    """An event behind what a page shows, as its reader may see it. `leaf`: its hash in the tree, in hex."""

    event: Event
    withheld: bool
    leaf: str


async def _figure(request: web.Request, figure: Figure, common: dict[str, object]) -> web.Response:
    """Show a number and a page of the events behind it."""
    start = queries.number(request, "start", 0) or 0
    indexes = [int(index) for index in figure.indexes[start : start + _FIGURE_PAGE]]
    stored = await request[LEDGER].reads.events_at(sorted(set(indexes)))
    await record_reading(request, rows=personal_events(request, stored))
    level = sees(request[CALLER])
    behind = list(_seen(stored, level).values())
    more = start + _FIGURE_PAGE
    onward = replaced(request, start=more) if more < figure.count else ""
    told = {"figure": figure, "path": request.query["figure"], "behind": behind, "next": onward}
    return shown(request, "figure.html.jinja", {**common, **told})


def _seen(stored: Iterable[StoredEvent], level: Visibility) -> dict[int, Behind]:
    """Return events by index as `level` may see them."""
    found = {}
    for each in stored:
        openings, withheld = disclose(each, level)
        event = read_event(each.index, each.entry, openings)
        found[each.index] = Behind(event, withheld != b"[]", leaf_hash(each.entry).hex())
    return found
