"""Openness: which fields that an event must have can't be opened, though others of their kind can."""

from collections.abc import Iterator
from functools import cache

from events.visibility import Visibility
from events.vocabulary import VOCABULARY
from projections.event import Event


class Openness:
    """Takes every event. A level of which no field at all is open is withheld from who judges, not missing."""

    def __init__(self) -> None:
        """Begin with nothing open."""
        self._missing: dict[int, tuple[str, tuple[str, ...]]] = {}
        self._open: set[Visibility] = set()

    def take(self, event: Event) -> None:
        """Note which levels are open, and which required fields of the event are not."""
        required = _required(event.type)
        closed = required.keys() - event.openings.keys()
        if len(self._open) < len(Visibility):
            self._open.update(level for name, level in required.items() if name not in closed)
        if closed:
            self._missing[event.index] = event.type, tuple(sorted(closed))

    def missing(self) -> Iterator[tuple[int, str, list[str]]]:
        """Yield each event that lacks required fields of levels that are open elsewhere: its index, type, and them."""
        for index, (type_, names) in self._missing.items():
            lost = [name for name in names if _required(type_)[name] in self._open]
            if lost:
                yield index, type_, lost


@cache
def _required(type_: str) -> dict[str, Visibility]:
    payload = VOCABULARY.get(type_)
    if payload is None:
        return {}
    fields = payload.model_fields.items()
    names = [field.alias or name for name, field in fields if field.is_required()]
    return {name: payload.visibility[name] for name in names}
