"""The lives of all incidents of the ledger: opened, resolved, closed, merged, reopened. Few events, for comparisons."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from projections.event import Event
from projections.instants import utc
from projections.projection import ObjectProjection, ObjectRow, RowKey

OPENED, CLOSED, REOPENED = "incident.opened", "incident.closed", "incident.reopened"


class Turn(NamedTuple):
    """A turn in an incident's life: the index of the `event` that says so, when, and its type."""

    event: int
    at: datetime
    type: str


class LifecycleRow(ObjectRow):
    """The turns of one incident, in the order of the log."""

    turns: tuple[Turn, ...] = ()

    def of(self, kind: str) -> list[Turn]:
        """Return the turns of a type, in the order of their times."""
        return sorted((turn for turn in self.turns if turn.type == kind), key=lambda turn: (turn.at, turn.event))


class Lifecycles(ObjectProjection[LifecycleRow]):
    """One row an incident, under no incident: what one incident is compared with are the others."""

    name = "lifecycles"
    version = 1
    types = frozenset({OPENED, "incident.resolved", CLOSED, "incident.merged", REOPENED})
    row = LifecycleRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the incident, unless it is an exercise or another's event."""
        if event.incident is not None and event.linked_by is None and not event.exercise:
            yield RowKey("", event.incident)

    def change(self, row: LifecycleRow, event: Event) -> LifecycleRow:
        """Add the turn."""
        return row.model_copy(update={"turns": (*row.turns, Turn(event.index, utc(event.moment), event.type))})


LIFECYCLES = Lifecycles()
