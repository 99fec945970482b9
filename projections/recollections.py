"""What an incident left to learn from: which causes, actions and lessons it speaks of, factors, reviews, kin.

Causes, actions and lessons are the ledger's, since a later incident may meet them again; here stands only which of
their events are the incident's.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from projections.event import Event
from projections.instants import utc
from projections.projection import ObjectProjection, ObjectRow, RowKey, index_key

DRILLS = "drill"
"""The key of the row that holds what was told in exercises: it counts in no figure."""
_OBJECTS = {"root_cause": "cause", "preventive_action": "action", "lesson": "lesson"}
_NOTES = {
    "contributing_factor.recorded": "factor",
    "what_went_well.recorded": "well",
    "review.scheduled": "review",
    "review.held": "review",
    "review.published": "review",
    "incident.linked": "kin",
}
_KEPT = ("text", "root_cause", "doc_sha256", "url", "other_incident", "relation", "reason")


class RecollectionRow(ObjectRow):
    """A cause, action or lesson by its `indexes`, or one note: a factor, what went well, a review, a kindred incident.

    Fields below `type` are a note's; `participants` are names of ours.
    """

    type: str = ""
    at: datetime | None = None
    text: str | None = None
    root_cause: str | None = None
    participants: tuple[str, ...] = ()
    scheduled_for: datetime | None = None
    doc_sha256: str | None = None
    url: str | None = None
    other_incident: str | None = None
    relation: str | None = None
    reason: str | None = None


class Recollections(ObjectProjection[RecollectionRow]):
    """One row an object (`cause|…`, `action|…`, `lesson|…`) or note (`factor|<index>`, …) of the incident."""

    name = "recollections"
    version = 1
    types = frozenset(
        {
            *_NOTES,
            *(f"root_cause.{verb}" for verb in ("identified", "revised", "rejected")),
            *(
                f"preventive_action.{verb}"
                for verb in ("proposed", "accepted", "assigned", "completed", "verified", "cancelled")
            ),
            *(f"lesson.{verb}" for verb in ("recorded", "shared", "acknowledged")),
        }
    )
    row = RecollectionRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the object or note of the incident, or the drills' row."""
        if event.incident is None:
            return
        if event.exercise:
            yield RowKey(event.incident, DRILLS)
        elif (note := _NOTES.get(event.type)) is not None:
            yield RowKey(event.incident, f"{note}|{index_key(event.index)}")
        elif (named := event.object) is not None:
            yield RowKey(event.incident, _OBJECTS[event.type.partition(".")[0]] + named[named.index("|") :])

    def change(self, row: RecollectionRow, event: Event) -> RecollectionRow:
        """Take over what a note says; of an object its events are enough."""
        if event.type not in _NOTES or event.exercise:
            return row
        people = event.value("participants")
        said: dict[str, Any] = {
            "type": event.type,
            "at": utc(event.moment),
            "participants": tuple(people) if isinstance(people, list) else (),
            "scheduled_for": event.time_said("scheduled_for"),
            **{name: event.text(name) for name in _KEPT},
        }
        return row.model_copy(update=said)


RECOLLECTIONS = Recollections()
