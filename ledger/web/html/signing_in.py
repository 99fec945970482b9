"""Signing in by a token, into a session; signing out; choosing a language.

The token travels once, in the body of a POST; the cookie holds a secret of the session alone. A cookie never lets
anybody post an event: it is accepted for reading only, so that another site can't make a browser act.
"""

import re
from urllib.parse import urlsplit

from aiohttp import web

from ledger.pages.languages import Language
from ledger.store.sessions import LIFETIME
from ledger.web.access import session_cookie
from ledger.web.context import LEDGER, LEDGERS, SESSIONS, SETTINGS, TOKENS
from ledger.web.html.choice import LANGUAGE_COOKIE
from ledger.web.html.page import Page, see_other, shown
from ledger.web.operation import ANYONE
from ledger.web.problems import FORBIDDEN, Problem, not_found

_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")
_YEAR_SECONDS = 365 * 86400


async def get_sign_in(request: web.Request) -> web.Response:
    """Show the form."""
    return shown(request, "sign_in.html.jinja", {"next": _next(request.query.get("next"), request), "failed": False})


async def post_sign_in(request: web.Request) -> web.StreamResponse:
    """Begin a session for the holder of a token, and lead on to where they were going."""
    _require_own_origin(request)
    form, ledger = await request.post(), request[LEDGER].row.name
    text, onward = form.get("token"), _next(_text(form.get("next")), request)
    token = await request.app[TOKENS].authenticate(ledger, text.strip()) if isinstance(text, str) else None
    if token is None:
        return shown(request, "sign_in.html.jinja", {"next": onward, "failed": True}, status=403)
    response = see_other(onward)
    secret = await request.app[SESSIONS].begin(ledger, token)
    _keep(request, response, session_cookie(request, ledger), secret, int(LIFETIME.total_seconds()))
    return response


async def post_sign_out(request: web.Request) -> web.StreamResponse:
    """End the session, here and in the database."""
    _require_own_origin(request)
    ledger = request[LEDGER].row.name
    name = session_cookie(request, ledger)
    if (secret := request.cookies.get(name)) is not None:
        await request.app[SESSIONS].end(ledger, secret)
    response = see_other(f"/ledgers/{ledger}/sign-in")
    response.del_cookie(name, path="/", secure=request.app[SETTINGS].secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def get_language(request: web.Request) -> web.StreamResponse:
    """Remember a language and lead back to the page."""
    if request.match_info["language"] not in set(Language):
        raise not_found("language")
    response = see_other(_next(request.query.get("next"), request))
    _keep(request, response, LANGUAGE_COOKIE, request.match_info["language"], _YEAR_SECONDS)
    return response


async def get_home(request: web.Request) -> web.Response:
    """Show which ledgers there are, and where to go."""
    return shown(request, "home.html.jinja", {"ledgers": await request.app[LEDGERS].all()})


def _keep(request: web.Request, response: web.Response, name: str, value: str, seconds: int) -> None:
    """Set a cookie that no script reads.

    Lax, so that a link to an incident in a chat opens it; nothing that a cookie allows changes anything.
    """
    secure = request.app[SETTINGS].secure
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="Lax")


def _require_own_origin(request: web.Request) -> None:
    """Refuse a form that another site sent. Raises `Problem` 403.

    Browsers name the origin of every POST; behind a proxy only its host can be compared.
    """
    hosts = {request.host, urlsplit(request.app[SETTINGS].base_url).netloc}
    if urlsplit(request.headers.get("Origin", "")).netloc not in hosts:
        raise Problem(FORBIDDEN, "The form was not sent by a page of this service.")


def _next(path: str | None, request: web.Request) -> str:
    """Return a path of this service to go on to: the one that is asked for, if it is one."""
    ledger = request.match_info.get("ledger")
    otherwise = "/" if ledger is None else f"/ledgers/{ledger}"
    return path if path is not None and _LOCAL.fullmatch(path) else otherwise


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


PAGES = (
    Page("/", get_home, ANYONE),
    Page("/language/{language}", get_language, ANYONE),
    Page("/ledgers/{ledger}/sign-in", get_sign_in, ANYONE),
    Page("/ledgers/{ledger}/sign-in", post_sign_in, ANYONE, "POST"),
    Page("/ledgers/{ledger}/sign-out", post_sign_out, ANYONE, "POST"),
)
