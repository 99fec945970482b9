"""Root causes of the whole ledger: what was said of each, in which incident. A later incident may meet one again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from projections.event import Event
from projections.instants import utc
from projections.projection import ObjectProjection, ObjectRow, RowKey, of_ledger

Finding = Literal["identified", "revised", "rejected"]


class CauseTold(NamedTuple):
    """What an `event` (its index) of an `incident` said of a cause at a time. A rejection says only that it isn't it.

    `evidence` are events by index, files by SHA-256, web addresses.
    """

    event: int
    at: datetime
    incident: str | None
    found: Finding
    cause: str | None = None
    taxonomy: str | None = None
    method: str | None = None
    evidence: tuple[int | str, ...] = ()
    confidence: float | None = None
    reason: str | None = None


class RootCauseRow(ObjectRow):
    """A root cause: all that was said of it, in the order of the log."""

    told: tuple[CauseTold, ...] = ()


_FOUND: dict[str, Finding] = {
    "root_cause.identified": "identified",
    "root_cause.revised": "revised",
    "root_cause.rejected": "rejected",
}


class RootCauses(ObjectProjection[RootCauseRow]):
    """One row a root cause, in no incident."""

    name = "root_causes"
    version = 1
    types = frozenset(_FOUND)
    row = RootCauseRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the cause, as its own incident tells it, not as a link does; unless it is an exercise's."""
        return of_ledger(event, event.text("root_cause_id"))

    def change(self, row: RootCauseRow, event: Event) -> RootCauseRow:
        """Add what the event says."""
        evidence, confidence = event.value("evidence"), event.value("confidence")
        told = CauseTold(
            event.index,
            utc(event.moment),
            event.incident,
            _FOUND[event.type],
            event.text("cause"),
            event.text("taxonomy"),
            event.text("method"),
            tuple(evidence) if isinstance(evidence, list) else (),
            float(confidence) if isinstance(confidence, int | float) else None,
            event.text("reason"),
        )
        return row.model_copy(update={"told": (*row.told, told)})


ROOT_CAUSES = RootCauses()
