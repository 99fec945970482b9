"""The address that a page stands at: with other members in its query, or as a form should have asked for it."""

import re
from urllib.parse import urlencode

from aiohttp import web

from ledger.web.html.page import see_other

_TIMES = frozenset({"since", "until"})
_WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?")


def replaced(request: web.Request, **members: str | int | None) -> str:
    """Return the request's query, `?` included, with some members replaced; None takes one out."""
    asked = {name: value for name, value in {**request.query, **members}.items() if value is not None}
    return f"?{urlencode(asked)}"


def sent_on(request: web.Request, path: str | None = None) -> web.Response | None:
    """Send a form on to the address of what it asks: without its empty fields, its times in UTC as it says.

    None where the request stands at that address already. `path`: where to, if that isn't the page itself.
    """
    asked = [(name, text) for name, text in request.query.items() if text.strip()]
    exact = [(name, _in_utc(text) if name in _TIMES else text.strip()) for name, text in asked]
    if path is None and exact == list(request.query.items()):
        return None
    to = path or request.path
    return see_other(f"{to}?{urlencode(exact)}" if exact else to)


def _in_utc(text: str) -> str:
    found = _WITHOUT_ZONE.fullmatch(text.strip())
    if found is None:
        return text.strip()
    return f"{found[0]}Z" if found[1] else f"{found[0]}:00Z"
