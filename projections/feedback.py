"""Feedback and impact: how content people are with what was done, and how many the crisis touches."""

from collections.abc import Iterable

from projections.event import Event
from projections.instants import micros
from projections.projection import ObjectProjection, ObjectRow, RowKey, index_key


class FeedbackRow(ObjectRow):
    """One score, or one estimate of how many people are touched."""

    score: int | None = None
    out_of: int | None = None
    at: int | None = None
    people: int | None = None
    kind: str | None = None
    method: str | None = None
    low: int | None = None
    high: int | None = None
    exercise: bool = False


class Feedback(ObjectProjection[FeedbackRow]):
    """One row a `feedback.received` or `impact.estimated`."""

    name = "feedback"
    version = 1
    types = frozenset({"feedback.received", "impact.estimated"})
    row = FeedbackRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the event's own row."""
        if event.incident is not None:
            yield RowKey(event.incident, index_key(event.index))

    def change(self, row: FeedbackRow, event: Event) -> FeedbackRow:
        """Return what the event says."""
        told: dict[str, object] = {name: event.value(name) for name in ("score", "people", "kind", "method")}
        interval = event.value("interval")
        if isinstance(interval, dict):
            told |= {name: interval.get(name) for name in ("low", "high")}
        if event.type == "feedback.received":
            told["out_of"] = event.value("out_of") or 5
        return row.model_copy(update={**told, "at": micros(event.moment), "exercise": event.exercise})


FEEDBACK = Feedback()
