"""Plans: the version of each that is in force."""

from collections.abc import Iterable

from projections.event import Event
from projections.projection import Projection, Row, RowKey


class PlanRow(Row):
    """A plan's version in force, and the index of the event that brought it into force."""

    version: str
    index: int


class Plans(Projection[PlanRow]):
    """One row a plan, by its id. The last one published or revised is in force; what a drill says of plans isn't."""

    name = "plans"
    version = 1
    types = frozenset({"plan.published", "plan.revised"})
    row = PlanRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the plan."""
        plan = event.text("plan_id")
        if plan and event.text("version") and event.linked_by is None and not event.exercise:
            yield RowKey("", plan)

    def fold(self, row: PlanRow | None, key: RowKey, event: Event) -> PlanRow:  # noqa: ARG002 - the newest counts
        """Take the event's version."""
        return PlanRow(version=event.text("version") or "", index=event.index)
