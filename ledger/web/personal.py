"""What of an answer is personal and told to a caller who may see it: the rows that a record of reading counts.

Callers who see no personal fields cost one comparison; so do answers whose kind has no place for any.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

import orjson
from aiohttp import web

from events.visibility import Visibility
from events.vocabulary import VOCABULARY, about, visibility_of
from events.vocabulary.access import Reading
from ledger.store.reads import StoredEvent
from ledger.store.tokens import Token
from ledger.web.access import caller_name, sees
from ledger.web.context import CALLER
from ledger.web.disclosure import event_type, seen
from projections.audit_trail import AuditLine
from projections.shown import Shown

_RECORDS = frozenset(
    name for name, payload in VOCABULARY.items() if issubclass(payload, Reading) and payload.recorded_by_service
)
_NOTHING: tuple[object, ...] = (None, (), [], {}, "")


def personal_events(request: web.Request, events: Iterable[StoredEvent]) -> int:
    """Return how many events open a personal field to the caller.

    What the caller's own reading put on record tells them only what they asked: else who follows the log by pages would
    add a record with every page, for ever.
    """
    caller = request[CALLER]
    return sum(_opens(event, caller) for event in events) if sees(caller) >= Visibility.PERSONAL else 0


def personal_lines(request: web.Request, lines: Iterable[AuditLine]) -> int:
    """Return how many lines of an audit trail tell the caller an actor or an object that is personal."""
    return sum(map(_tells, lines)) if sees(request[CALLER]) >= Visibility.PERSONAL else 0


def personal_parts(request: web.Request, shown: Iterable[Shown]) -> int:
    """Return how many parts of answers hold a personal field that is told to the caller and is not empty."""
    return sum(map(_parts, shown)) if sees(request[CALLER]) >= Visibility.PERSONAL else 0


def _opens(event: StoredEvent, caller: Token) -> bool:
    if event.openings is None:
        return False
    try:
        type_, openings = event_type(event.entry), orjson.loads(event.openings)
        names = tuple(openings)
        if len(seen(type_, names, Visibility.INTERNAL)) == len(names):
            return False
        return not (type_ in _RECORDS and openings["by"]["value"] == caller_name(caller))
    except (ValueError, KeyError, TypeError):  # stored bytes were changed: they are passed on, and may be personal
        return True


def _tells(line: AuditLine) -> bool:
    names = [("actor", line.actor), ((about(line.type) or ("", ""))[1], line.object)]
    return any(told is not None and visibility_of(line.type, name) >= Visibility.PERSONAL for name, told in names)


def _parts(value: object) -> int:
    match value:
        case Shown() if _has_room(type(value)):
            own = (name for name, level in value.visibility.items() if level >= Visibility.PERSONAL)
            told = any(getattr(value, name) not in _NOTHING for name in own)
            return told + sum(_parts(getattr(value, name)) for name in value.visibility)
        case tuple() | list():
            return sum(map(_parts, value))
        case dict():
            return sum(map(_parts, value.values()))
    return 0


@cache
def _has_room(shown: type[Shown]) -> bool:
    """Tell whether an answer of this kind has a personal field, or a part that may have one."""
    if any(level >= Visibility.PERSONAL for level in shown.visibility.values()):
        return True
    return any(_has_room(part) for field in shown.model_fields.values() for part in _shown_in(field.annotation))


def _shown_in(annotation: Any) -> Iterable[type[Shown]]:  # noqa: ANN401 - an annotation may be anything
    if isinstance(annotation, type) and issubclass(annotation, Shown):
        yield annotation
    for argument in get_args(annotation):
        yield from _shown_in(argument)
