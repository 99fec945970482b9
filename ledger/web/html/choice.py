"""Whether a request wants a page or an answer for programs, and in which language."""

from typing import TypeVar

from aiohttp import web

from ledger.pages.languages import Language, preferred
from ledger.web.formats import Format

HTML = "text/html"
LANGUAGE_COOKIE = "language"
Answered = TypeVar("Answered", bound=web.StreamResponse)


def wants_page(request: web.Request) -> bool:
    """Tell whether the client asked for HTML before any form that programs read; one that names a format did not."""
    if "format" in request.query:
        return False
    for accepted in request.headers.get("Accept", "").split(","):
        media_type = accepted.partition(";")[0].strip().lower()
        if media_type == HTML:
            return True
        if any(media_type == known.value for known in Format):
            return False
    return False


def language_of(request: web.Request) -> Language:
    """Return the language that the reader chose, else the one that their browser prefers."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in set(Language):
        return Language(chosen)
    return preferred(request.headers.get("Accept-Language", ""))


def encoded(request: web.Request, plain: bytes, compressed: bytes) -> tuple[bytes, dict[str, str]]:
    """Return the form of a kept body that the client takes, and the header that names it (RFC 9110 §8.4)."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return compressed, {"Content-Encoding": "gzip"}
    return plain, {}


def varied(response: Answered, *names: str) -> Answered:
    """Say on which request headers an answer depends."""
    known = [name.strip() for name in response.headers.get("Vary", "").split(",") if name.strip()]
    response.headers["Vary"] = ", ".join(dict.fromkeys([*known, *names]))
    return response
