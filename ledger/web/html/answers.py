"""How fast people were answered, and what became of what was promised, as pages."""

from collections.abc import Mapping

from aiohttp import web

from events.strict import JsonObject
from ledger.pages.charts.waiting import axis, points
from ledger.web.html.view_page import view_page
from projections.view import Moment
from projections.views.commitments import CommitmentsView
from projections.views.responsiveness import ResponsivenessView


def _responsiveness(_request: web.Request, answer: JsonObject, _moment: Moment) -> Mapping[str, object]:
    return {"points": points(answer), "axis": axis()}


PAGES = (
    view_page(ResponsivenessView(), "answers/responsiveness.html.jinja", _responsiveness),
    view_page(CommitmentsView(), "answers/commitments.html.jinja"),
)
