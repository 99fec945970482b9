"""The team's conduct in an incident, as pages: plan and roles, updates, moderation, learning, and all at a glance."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from events.strict import JsonObject
from ledger.pages.charts.cadence import cadence_chart, waits
from ledger.pages.charts.plan_lanes import plan_chart
from ledger.store.reads import SLICE
from ledger.web import queries
from ledger.web.html.address import replaced
from ledger.web.html.view_page import view_page
from projections.view import Moment
from projections.views.learning import LearningView
from projections.views.moderation import ModerationView
from projections.views.overview import OverviewView
from projections.views.plan import PlanView
from projections.views.updates import UpdatesView

_UPDATES, _MEASURES = 20, 50
"""How many a page shows."""


def _plan(_request: web.Request, answer: JsonObject, moment: Moment) -> Mapping[str, object]:
    return {"chart": plan_chart(answer, moment.at)}


def _updates(request: web.Request, answer: JsonObject, moment: Moment) -> Mapping[str, object]:
    """Return a part of the updates, the newest first, and the promises by the event that made them."""
    start = queries.number(request, "start", 0) or 0
    limit = queries.limit(request) if "limit" in request.query else _UPDATES
    newest, more = answer["updates"][::-1], start + limit
    public = waits(answer, answer["cadence"], moment.at)
    others = [waits(answer, cadence, moment.at) for cadence in answer.get("cadence_of_others", {}).values()]
    return {
        "listed": newest[start:more],
        "next": replaced(request, start=more) if more < len(newest) else "",
        "waits": public,
        "promised": {wait.event: wait for told in (public, *others) for wait in told},
        "chart": cadence_chart(public),
    }


def _authored(answer: JsonObject) -> Sequence[int]:
    """Return the events of which the updates' page says who told them, of the newest updates, a slice at most."""
    kinds = ("versions", "drafts", "withdrawals")
    told = [one["event"] for update in answer["updates"][::-1] for kind in kinds for one in update[kind]]
    return [*(draft["event"] for draft in answer["unnamed_drafts"]), *told][:SLICE]


def _moderation(request: web.Request, answer: JsonObject, _moment: Moment) -> Mapping[str, object]:
    return {
        "next": "" if answer["more"] is None else replaced(request, from_index=answer["more"]) + "#register",
        "beginning": replaced(request, from_index=0) + "#register",
        "statements": replaced(request, from_index=0, lines=10_000, format="csv"),
    }


PAGES = (
    view_page(OverviewView(), "conduct/overview.html.jinja"),
    view_page(PlanView(), "conduct/plan.html.jinja", _plan),
    view_page(UpdatesView(), "conduct/updates.html.jinja", _updates, _authored),
    view_page(ModerationView(), "conduct/moderation.html.jinja", _moderation, lines=_MEASURES),
    view_page(LearningView(), "conduct/learning.html.jinja"),
)
