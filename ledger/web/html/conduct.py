"""The team's conduct in an incident, as pages: plan and roles, updates, moderation, learning, and all at a glance."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from events.strict import JsonObject
from ledger.pages.charts.cadence import cadence_chart, waits
from ledger.pages.charts.plan_lanes import plan_chart
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.context import CALLER
from ledger.web.html.frame import frame_of
from ledger.web.html.page import Page, shown
from ledger.web.operation import Handler
from ledger.web.personal import personal_parts
from ledger.web.views import _query, answer_of
from projections.shown import disclosed
from projections.view import AnyView, Moment
from projections.views import VIEWS

_BY_NAME = {view.name: view for view in VIEWS}
_LISTED = 0


def _page(name, more):
    view = _BY_NAME[name]

    async def get(request):
        query = _query(request, view)
        if name == "moderation" and "lines" not in request.query:
            query = query.model_copy(update={"lines": 50})
        answer, moment = await answer_of(request, view, query)
        frame = await frame_of(request)
        await record_reading(request, rows=personal_parts(request, [answer]))
        told = disclosed(answer, sees(request[CALLER]))

        def behind(path):
            kept = {k: v for k, v in request.query.items() if k in ("as_of", "clock")}
            return "?" + urlencode({**kept, "figure": path})
        return shown(request, f"conduct/{name}.html.jinja", frame=frame, answer=told, answered_at=moment.at, as_of=request.query.get("as_of"),
            behind=behind, address_with=lambda **c: "?" + urlencode({**request.query, **{k: str(v) for k, v in c.items()}}), **more(told, moment, request))
    return Page(f"/ledgers/{{ledger}}/incidents/{{incident}}/{name}", get)


def _plan(told, moment, request):
    return {"chart": plan_chart(told, moment.at)}


def _updates(told, moment, request):
    public = waits(told, told["cadence"], moment.at)
    start, limit = queries.number(request, "start", 0), queries.limit(request) if "limit" in request.query else 25
    newest = list(reversed(told["updates"]))
    return {"waits": public, "chart": cadence_chart(public), "listed": newest[start:start+limit], "start": start,
        "next": start + limit if len(newest) > start + limit else None}


PAGES = (_page("plan", _plan), _page("updates", _updates), _page("moderation", lambda t,m,r: {"links": "", "part_from": r.query.get("from_index")}), _page("learning", lambda *a: {}), _page("overview", lambda *a: {}))
