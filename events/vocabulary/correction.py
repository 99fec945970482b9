"""Corrections and remarks: the log is never changed, so what was wrong in it is said in it."""

from pydantic import Field

from events.strict import JsonValue
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import EventIndex, Label, Prose, Who
from events.vocabulary.payload import EVERY_PRACTICE, P3, P5, P6, Payload


class OfEvent(Payload, about=("event", "target_event")):
    """Something said about an earlier event of this ledger."""

    target_event: Internal[EventIndex]


class EventCorrected(OfEvent, type="event.corrected", practice=(P3, P5)):
    """An event was recorded wrongly: `field` says `from` and should say `to`, null where it has no value."""

    field: Public[Label]
    from_: Personal[JsonValue] = Field(alias="from")
    to: Personal[JsonValue]
    reason: Internal[Prose]


class EventDisputed(OfEvent, type="event.disputed", practice=P3):
    """Someone says that an event is not true."""

    by: Personal[Who]
    claim: Personal[Prose]


class EventLinked(OfEvent, type="event.linked", practice=EVERY_PRACTICE, incident=True):
    """An event recorded outside the incident that the subject names belongs to it."""

    reason: Internal[Prose | None] = None


class NoteAdded(Payload, type="note.added", practice=P6):
    """A remark for those who work on the crisis and learn from it."""

    text: Internal[Prose]
    target_event: Internal[EventIndex | None] = None


class NoteCorrected(OfEvent, type="note.corrected", practice=P6):
    """The note `target_event` was wrong and should read as `text`."""

    text: Internal[Prose]
    reason: Internal[Prose | None] = None
