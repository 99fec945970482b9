"""Solutions: what was proposed and offered for a theme or a comment, and what became of it."""

from collections.abc import Iterable

from projections.comments import Said
from projections.event import Event
from projections.instants import micros
from projections.projection import ObjectProjection, ObjectRow, RowKey, of_incident


class SolutionRow(ObjectRow):
    """One solution. `steps` are what happened to it, in the order of the log: proposed, offered, and so on.

    `what` is public, as it was offered; `proposal` is internal. The reason of a rejection is personal and not kept.
    """

    steps: tuple[Said, ...] = ()
    theme: str | None = None
    external_id: str | None = None
    what: str | None = None
    proposal: str | None = None
    owner: str | None = None
    people: int | None = None
    exercise: bool = False


class Solutions(ObjectProjection[SolutionRow]):
    """One row a solution and incident."""

    name = "solutions"
    version = 1
    types = frozenset(f"solution.{step}" for step in ("proposed", "offered", "accepted", "rejected", "delivered"))
    row = SolutionRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the solution."""
        return of_incident(event, event.text("solution_id"))

    def change(self, row: SolutionRow, event: Event) -> SolutionRow:
        """Return the solution after one more step. What a step doesn't say stays as it was."""
        step = event.type.removeprefix("solution.")
        people = event.value("people")
        said = {
            "what": event.text("what") if step == "offered" else None,
            "proposal": event.text("what") if step == "proposed" else None,
            "owner": event.text("owner"),
            "theme": event.text("theme"),
            "external_id": event.text("external_id") if step in {"proposed", "offered"} else None,
            "people": people if isinstance(people, int) else None,
        }
        told = {name: value for name, value in said.items() if value is not None}
        steps = (*row.steps, Said(event.index, micros(event.moment), step))
        return row.model_copy(update={**told, "steps": steps, "exercise": event.exercise})


SOLUTIONS = Solutions()
