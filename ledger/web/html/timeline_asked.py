"""What a reader asks of a timeline: filters, order, moment and place, all in the address."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from events.times import read_time
from events.vocabulary import VOCABULARY
from ledger.web import queries
from ledger.web.context import LEDGER
from ledger.web.problems import bad_parameter
from ledger.web.rows_as_of import by_occurrence, moment_asked
from projections.instants import micros
from projections.lanes import LANES
from projections.timeline_filter import TimelineFilter

FILTERS = (
    "type",
    "lane",
    "actor",
    "role",
    "channel",
    "theme",
    "visibility",
    "outcome",
    "late",
    "text",
    "from",
    "until",
)
MOMENT = ("as_of", "clock")
PLACE = ("before", "after_index", "limit")
PARAMETERS = (*FILTERS, "order", *MOMENT, *PLACE)
ROWS, MOST_ROWS = 60, 200
_LONGEST = 200
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. `end`: only what stood in the incident before that entry; `until`: what had happened by then (µs).

    `text`: words as they were typed. `at`: the moment of the past that is shown, None for now. `given`: the parameters
    that say something, as they were given, but for the place.
    """

    filter: TimelineFilter
    text: str
    by_time: bool
    end: int | None
    until: int | None
    at: datetime | None
    by_claim: bool
    before: tuple[int, ...] | None
    after_index: int | None
    limit: int
    given: dict[str, str]


async def asked(request: web.Request) -> Asked:
    """Read what is asked; an empty parameter, as forms send them, asks nothing. Raises `Problem` 400."""
    queries.expect_only(request, PARAMETERS)
    query = {name: value.strip() for name, value in request.query.items() if value.strip()}
    if any(len(value) > _LONGEST for value in query.values()):
        raise bad_parameter(max(query, key=lambda name: len(query[name])), f"longer than {_LONGEST} characters")
    end, until, at, by_claim = None, None, None, by_occurrence(request)
    if "as_of" in query:
        size, at = await moment_asked(request, request[LEDGER])
        end, until = (None, micros(at)) if by_claim else (size, None)
    by_time = _one_of(query, "order", ("accepted", "time"), "accepted") == "time"
    return Asked(
        _filter(query),
        query.get("text", ""),
        by_time,
        end,
        until,
        at,
        by_claim,
        _before(query.get("before"), by_time=by_time),
        _number(query, "after_index"),
        _limit(query),
        {name: value for name, value in query.items() if name not in PLACE},
    )


def _filter(query: dict[str, str]) -> TimelineFilter:
    return TimelineFilter(
        **{name: query.get(name) for name in ("actor", "role", "channel", "theme", "visibility", "outcome")},
        type=_type(query.get("type")),
        lane=_one_of(query, "lane", LANES, None),
        late=_one_of(query, "late", ("1",), None) is not None,
        since=_time(query, "from"),
        until=_time(query, "until"),
    )


def _type(name: str | None) -> str | None:
    """Return a type or a family; a type that is only ours to come is no fault, a family that nobody knows is."""
    if name is None or name in VOCABULARY or name.startswith("custom."):
        return name
    if name.endswith(".*") and any(known.startswith(name[:-1]) for known in VOCABULARY):
        return name
    raise bad_parameter("type", "the vocabulary has no such type, nor such a family (as comment.*)")


def _one_of(query: dict[str, str], name: str, known: tuple[str, ...], otherwise: str | None) -> str | None:
    value = query.get(name, otherwise)
    if value is not None and value not in known:
        raise bad_parameter(name, f"expected {' or '.join(known)}")
    return value


def _number(query: dict[str, str], name: str) -> int | None:
    value = queries.whole_number(query[name]) if name in query else None
    if name in query and value is None:
        raise bad_parameter(name, "expected a whole number, 0 or more")
    return value


def _limit(query: dict[str, str]) -> int:
    limit = _number(query, "limit")
    if limit is not None and not 1 <= limit <= MOST_ROWS:
        raise bad_parameter("limit", f"expected 1 to {MOST_ROWS}")
    return limit or ROWS


def _time(query: dict[str, str], name: str) -> int | None:
    """Return a time in µs; one without a zone, as forms send it, is UTC."""
    if name not in query:
        return None
    text = query[name].replace(" ", "T" if _WITHOUT_ZONE.fullmatch(query[name]) else "+")
    if _WITHOUT_ZONE.fullmatch(text):
        text = f"{text}{':00' if text.count(':') == 1 else ''}Z"
    try:
        return micros(read_time(text).astimezone(UTC))
    except ValueError as error:
        raise bad_parameter(name, str(error)) from None


def _before(text: str | None, *, by_time: bool) -> tuple[int, ...] | None:
    """Return the place behind which rows are asked for: an index; in the order of times the time (µs) before it."""
    if text is None:
        return None
    parts = [re.fullmatch(r"-?\d{1,18}", part) for part in text.split("_")]
    if len(parts) != 1 + by_time or not all(parts):
        raise bad_parameter("before", "expected the position that the page before gave")
    return tuple(int(part.group()) for part in parts if part)
