"""Lessons of the whole ledger: recorded, shared, acknowledged, and the plan versions that came of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from projections.event import Event
from projections.instants import utc
from projections.projection import ObjectProjection, ObjectRow, RowKey, of_ledger


class LessonTold(NamedTuple):
    """An `event` (its index) about a lesson, when, and to whom: an audience, or the person who acknowledged it."""

    event: int
    at: datetime
    whom: str | None = None


class Revision(NamedTuple):
    """A version of a plan that came because of a lesson, and the index of the event that says so."""

    event: int
    at: datetime
    plan_id: str | None
    version: str | None


class LessonRow(ObjectRow):
    """A lesson: its words and incident as first recorded, and what became of it, in the order of the log."""

    lesson: str | None = None
    root_cause: str | None = None
    incident: str | None = None
    recorded: tuple[LessonTold, ...] = ()
    shared: tuple[LessonTold, ...] = ()
    acknowledged: tuple[LessonTold, ...] = ()
    revisions: tuple[Revision, ...] = ()


_TOLD = {
    "lesson.recorded": ("recorded", "audience"),
    "lesson.shared": ("shared", "audience"),
    "lesson.acknowledged": ("acknowledged", "person"),
}


class Lessons(ObjectProjection[LessonRow]):
    """One row a lesson, in no incident."""

    name = "lessons"
    version = 1
    types = frozenset({*_TOLD, "plan.revised"})
    row = LessonRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the lesson, or that because of which a plan was revised; unless it is an exercise's."""
        return of_ledger(event, event.text("because" if event.type == "plan.revised" else "lesson_id"))

    def change(self, row: LessonRow, event: Event) -> LessonRow:
        """Add what the event says; the first record gives the lesson's words."""
        if event.type == "plan.revised":
            came = Revision(event.index, utc(event.moment), event.text("plan_id"), event.text("version"))
            return row.model_copy(update={"revisions": (*row.revisions, came)})
        where, field = _TOLD[event.type]
        told = LessonTold(event.index, utc(event.moment), event.text(field))
        changes: dict[str, Any] = {where: (*getattr(row, where), told)}
        if event.type == "lesson.recorded" and not row.recorded:
            changes |= {"lesson": event.text("lesson"), "root_cause": event.text("root_cause")}
            changes["incident"] = event.incident
        return row.model_copy(update=changes)


LESSONS = Lessons()
