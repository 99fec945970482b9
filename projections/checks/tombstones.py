"""Tombstones: which fields of which events were erased by law, by the entries that say so."""

from events.strict import JsonValue
from projections.event import Event

DESTROYED = "key.destroyed"


class Tombstones:
    """Takes every `key.destroyed`; an event's field is then erased by the first entry that names it."""

    def __init__(self) -> None:
        """Begin with nothing erased."""
        self._by: dict[tuple[int, str], int] = {}

    def take(self, event: Event) -> None:
        """Take a `key.destroyed`."""
        for index, field in erased_fields(event.value("scope")):
            self._by.setdefault((index, field), event.index)

    def by(self, index: int, field: str) -> int | None:
        """Return the entry by which a field of an event was erased, None where none was."""
        return self._by.get((index, field))


def erased_fields(scope: JsonValue) -> list[tuple[int, str]]:
    """Return what a scope names: the index of each event with each of its fields."""
    parts = [part for part in scope if isinstance(part, dict)] if isinstance(scope, list) else []
    return [
        (part["index"], field)
        for part in parts
        if isinstance(part.get("index"), int)
        for field in (part.get("fields") or ())
        if isinstance(field, str)
    ]
