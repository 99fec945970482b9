"""A problem as a page: what went wrong, in a sentence, and where to go."""

from aiohttp import web

from ledger.web.context import REQUEST_ID
from ledger.web.html.page import shown
from ledger.web.problems import Problem


def problem_page(request: web.Request, problem: Problem) -> web.Response:
    """Return the page of a problem. What is wrong with which parameter is told as programs are told it."""
    told = problem.document(request[REQUEST_ID])
    response = shown(request, "problem.html.jinja", {"problem": told}, problem.kind.status)
    response.headers.update(problem.headers)
    return response
