"""Query parameters, read strictly: an unknown or repeated one is an error, not a filter that silently does nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime

from aiohttp import web

from events.times import read_time
from ledger.web.problems import bad_parameter

_DIGITS = 16
DEFAULT_LIMIT, MAX_LIMIT = 100, 1000


def expect_only(request: web.Request, names: Iterable[str]) -> None:
    """Refuse query parameters that the resource does not have. Raises `Problem` 400."""
    known = frozenset(names)
    for name in request.query:
        if name not in known:
            raise bad_parameter(name, f"not a parameter here; known: {', '.join(sorted(known)) or 'none'}")
        if len(request.query.getall(name)) > 1:
            raise bad_parameter(name, "given twice")
        if "\x00" in request.query[name]:
            raise bad_parameter(name, "U+0000 is not allowed")


def whole_number(text: str) -> int | None:
    """Return the number that up to 16 ASCII digits make, None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def number(request: web.Request, name: str, default: int | None = None) -> int | None:
    """Return a parameter that is an index, size or count. Raises `Problem` 400."""
    text = request.query.get(name)
    if text is None:
        return default
    value = whole_number(text)
    if value is None:
        raise bad_parameter(name, "expected a whole number, 0 or more")
    return value


def required_number(request: web.Request, name: str) -> int:
    """Return a parameter that must be there. Raises `Problem` 400."""
    value = number(request, name)
    if value is None:
        raise bad_parameter(name, "this parameter is required")
    return value


def limit(request: web.Request) -> int:
    """Return how many items a page may have. Raises `Problem` 400."""
    value = number(request, "limit", DEFAULT_LIMIT) or 0
    if not 1 <= value <= MAX_LIMIT:
        raise bad_parameter("limit", f"expected 1 to {MAX_LIMIT}")
    return value


def time(request: web.Request, name: str) -> datetime | None:
    """Return a parameter that is an RFC 3339 time, in UTC. Raises `Problem` 400."""
    text = request.query.get(name)
    if text is None:
        return None
    try:
        return read_time(text.replace(" ", "+")).astimezone(UTC)  # an unescaped + arrives as a space
    except ValueError as error:
        raise bad_parameter(name, str(error)) from None
