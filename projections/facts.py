"""Facts: what the events of one object say, kept as they say it, for views that judge few objects in any order.

What became of a role or an update is for its view to judge, from facts in the order of their times; so it doesn't
matter in which order they were recorded.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from events.times import read_time
from events.visibility import Visibility
from events.vocabulary import VOCABULARY
from projections.event import Event
from projections.projection import DRILLED, ObjectProjection, ObjectRow, Row, RowKey, index_key, object_key

_LEFT_OUT = frozenset({"exercise", "threshold", "query"})


class Fact(Row):
    """One event about an object: its index, when it happened, when it was recorded, its type, and its fields.

    Personal fields are left out: they may be erased.
    """

    event: int
    at: datetime
    recorded_at: datetime
    type: str
    said: Mapping[str, Any]

    def text(self, field: str) -> str | None:
        """Return a field's value where it is a string."""
        value = self.said.get(field)
        return value if isinstance(value, str) else None

    def time(self, field: str) -> datetime | None:
        """Return the time that a field says, in UTC."""
        value = self.text(field)
        return None if value is None else read_time(value).astimezone(UTC)

    def number(self, field: str) -> int | None:
        """Return a field's value where it is a whole number."""
        value = self.said.get(field)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def items(self, field: str) -> list[Any]:
        """Return a field's value where it is a list, else none."""
        value = self.said.get(field)
        return value if isinstance(value, list) else []


class FactsRow(ObjectRow):
    """The facts of one object, in the order of the log. `exercise`: they are of a drill."""

    name: str = ""
    exercise: bool = False
    facts: tuple[Fact, ...] = ()

    def told(self) -> list[Fact]:
        """Return the facts in the order of their times; at one time, in the order of the log."""
        return sorted(self.facts, key=lambda fact: (fact.at, fact.event))


class Facts(ObjectProjection[FactsRow]):
    """One row an object; what a drill says of it has a row of its own, so that it is never taken for real."""

    row = FactsRow

    def place(self, event: Event) -> RowKey | None:
        """Return where the object of the event is kept: by default in its incident, by what it is called."""
        name = event.object
        return None if event.incident is None or name is None else RowKey(event.incident, name)

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the object's row, the drill's own where the event is of a drill."""
        place = self.place(event)
        if place is not None:
            yield RowKey(place.incident, object_key(event, place.key))

    def change(self, row: FactsRow, event: Event) -> FactsRow:
        """Add what the event says."""
        return row.model_copy(update={"facts": (*row.facts, fact_of(event))})

    def blank(self, key: RowKey) -> FactsRow:
        """Return the object by its name."""
        exercise = key.key.startswith(DRILLED)
        return FactsRow(name=key.key.removeprefix(DRILLED).partition("|")[2], exercise=exercise)


def fact_of(event: Event) -> Fact:
    """Return what an event says."""
    said = {name: event.value(name) for name in event.openings if name in _kept(event.type)}
    return Fact(
        event=event.index,
        at=event.moment.astimezone(UTC),
        recorded_at=event.accepted,
        type=event.type,
        said={name: value for name, value in said.items() if value is not None},
    )


def event_key(kind: str, index: int) -> str:
    """Return the key of an object that is an event itself."""
    return f"{kind}|{index_key(index)}"


@cache
def _kept(event_type: str) -> frozenset[str]:
    visible = VOCABULARY[event_type].visibility
    return frozenset(name for name, needed in visible.items() if needed < Visibility.PERSONAL) - _LEFT_OUT
