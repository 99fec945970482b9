"""Lessons and preventive actions: what changes because of the crisis, and who saw to it."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Evidence, Label, Prose, Several, Who
from events.vocabulary.payload import P6, Payload


class OfAction(Payload, practice=P6, about=("action", "action_id")):
    """Something about a preventive action, known by a name of ours."""

    action_id: Public[Label]


class PreventiveActionProposed(OfAction, type="preventive_action.proposed"):
    """Someone proposed what should keep a root cause from doing harm again. What is public must not name a person."""

    what: Public[Prose]
    owner: Internal[Who]
    due: Public[Timestamp]
    root_cause: Public[Label]
    kind: Public[Literal["prevent", "detect", "mitigate"] | None] = None


class PreventiveActionAccepted(OfAction, type="preventive_action.accepted"):
    """It was decided that a proposed action will be taken."""

    by: Internal[Who | None] = None


class PreventiveActionAssigned(OfAction, type="preventive_action.assigned"):
    """An action went to an owner, perhaps a new one, perhaps with a new due time."""

    owner: Internal[Who]
    from_: Internal[Who | None] = Field(default=None, alias="from")
    due: Public[Timestamp | None] = None


class PreventiveActionCompleted(OfAction, type="preventive_action.completed"):
    """Its owner says that an action is done."""

    by: Internal[Who | None] = None
    evidence: Internal[Several[Evidence]] = ()


class PreventiveActionVerified(OfAction, type="preventive_action.verified"):
    """Someone else than its owner saw that an action is done."""

    owner: Internal[Who]
    by: Internal[Who]
    evidence: Internal[Several[Evidence]] = Field(min_length=1)

    @field_validator("by")
    @classmethod
    def _another_than_the_owner(cls, by: str, info: ValidationInfo) -> str:
        if by == info.data.get("owner"):
            raise ValueError("an action is verified by another than its owner")
        return by


class PreventiveActionCancelled(OfAction, type="preventive_action.cancelled"):
    """An action will not be taken."""

    reason: Internal[Prose]


class OfLesson(Payload, practice=P6, about=("lesson", "lesson_id")):
    """Something about a lesson, known by a name of ours."""

    lesson_id: Public[Label]


class LessonRecorded(OfLesson, type="lesson.recorded"):
    """We learned something, for an audience that should know it."""

    lesson: Internal[Prose]
    audience: Internal[Label]
    root_cause: Public[Label | None] = None


class LessonShared(OfLesson, type="lesson.shared"):
    """A lesson was told to its audience."""

    audience: Internal[Label]
    channel: Internal[Label | None] = None


class LessonAcknowledged(OfLesson, type="lesson.acknowledged"):
    """A person says to have taken in a lesson."""

    person: Internal[Who]
