"""The outermost layer: each request gets an id, each error becomes a problem, each answer is counted and hardened."""

import secrets
from time import perf_counter

import structlog
from aiohttp import web
from structlog.contextvars import bind_contextvars, clear_contextvars

from ledger.web.access_record import HEADER
from ledger.web.context import ANSWERING, METRICS, RECORDED, REQUEST_ID
from ledger.web.html.choice import wants_page
from ledger.web.html.problem_page import problem_page
from ledger.web.operation import Handler
from ledger.web.problems import INTERNAL, METHOD, NOT_FOUND, TOO_LARGE, Kind, Problem, problem_of

_log = structlog.get_logger("ledger.web")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
_OF_AIOHTTP = {404: NOT_FOUND, 405: METHOD, 413: TOO_LARGE}


@web.middleware
async def boundary(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Run `handler`; whatever it raises becomes an answer."""
    began = perf_counter()
    request_id = request[REQUEST_ID] = secrets.token_hex(8)
    clear_contextvars()
    bind_contextvars(request_id=request_id, **_trace(request))
    try:
        response = await handler(request)
    except ConnectionError:
        raise  # the client went away: there is nobody to answer, and nothing of ours failed
    except Exception as error:
        response = _answer(request, error)
        if request.get(ANSWERING):
            # Half an answer is out. Only a torn end can still say that it is not whole.
            raise ConnectionResetError("the answer could not be finished") from error
    route = request.match_info.route.resource
    template = route.canonical if route is not None else "unmatched"
    request.app[METRICS].answered(request.method, template, response.status, began)
    _log_answer(request, template, response.status, began)
    return response


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every answer has (a signal: streams send theirs before their handler returns)."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
    if (recorded := request.get(RECORDED)) is not None:
        response.headers[HEADER] = recorded
    request[ANSWERING] = True


def _answer(request: web.Request, error: Exception) -> web.StreamResponse:
    problem = _of_aiohttp(error) if isinstance(error, web.HTTPException) else problem_of(error)
    if problem is None:
        # The traceback goes to the log, without values: an event's content may be personal.
        _log.error("request failed", error=type(error).__name__, exc_info=error)
        problem = Problem(INTERNAL, "The service failed; what it did is in its log under the instance's id.")
    return problem_page(request, problem) if wants_page(request) else problem.response(request[REQUEST_ID])


def _of_aiohttp(error: web.HTTPException) -> Problem:
    kind = _OF_AIOHTTP.get(error.status) or Kind("http", error.status, error.reason)
    headers = {name: value for name, value in error.headers.items() if name == "Allow"}
    return Problem(kind, f"{kind.title}.", headers=headers)


def _trace(request: web.Request) -> dict[str, str]:
    """Return the trace id of a W3C traceparent header, if there is one."""
    parts = request.headers.get("traceparent", "").split("-")
    return {"trace_id": parts[1]} if len(parts) >= 4 and len(parts[1]) == 32 and parts[1].isalnum() else {}  # noqa: PLR2004


def _log_answer(request: web.Request, route: str, status: int, began: float) -> None:
    level = "error" if status >= 500 else "info" if status >= 400 else "debug"  # noqa: PLR2004 - HTTP's own classes
    if level == "debug" and not _log.is_enabled_for(10):
        return
    getattr(_log, level)(
        "answered",
        method=request.method,
        route=route,
        status=status,
        milliseconds=round((perf_counter() - began) * 1000, 1),
    )
