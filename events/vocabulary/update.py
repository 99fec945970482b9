"""Updates: what we tell everyone, as first written, and every change to it."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import (
    Count,
    Detail,
    EventIndex,
    Label,
    Language,
    Prose,
    Several,
    Sha256,
    Url,
    Who,
    absent,
)
from events.vocabulary.payload import P3, Payload

Audience = Literal["public", "internal", "partners", "staff"]
Status = Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]


class Translation(Detail):
    """An update in another language."""

    lang: Language
    text: Prose


def words_fit_audience(value: object, info: ValidationInfo) -> object:
    """Return the words where their field fits the audience: `internal_…` for all but the public. Raises `ValueError`.

    A field is disclosed by its name, so what is not for the public must never stand in a public one.
    """
    for_public = info.data.get("audience", "public") == "public"
    in_public = not (info.field_name or "").split("new_")[-1].startswith("internal_")
    if value and for_public != in_public:
        raise ValueError("what is for the public has its words in the public fields, all else in the internal_ ones")
    if value is None and for_public == in_public:
        raise absent()
    return value


class UpdateDraft(Payload, about=("update", "update_id")):
    """An update not yet published, known by the hash of its text."""

    audience: Public[Audience]
    text_sha256: Internal[Sha256]
    update_id: Public[Label | None] = None
    approver: Internal[Who | None] = None


class UpdateDrafted(UpdateDraft, type="update.drafted", practice=P3):
    """Someone wrote an update that still has to be approved or published."""


class UpdateApproved(UpdateDraft, type="update.approved", practice=P3):
    """The approver agreed to a drafted update."""


class OfUpdate(Payload, about=("update", "update_id")):
    """Something that happened to an update."""

    update_id: Public[Label]


class UpdatePublished(OfUpdate, type="update.published", practice=P3):
    """We told an audience where things stand. `next_update_due` is a promise; null declares that none is made.

    The words stand in `text` for the public, in `internal_text` for any other audience; never in both.
    """

    audience: Public[Audience]
    channel: Public[Several[Label]] = Field(min_length=1)
    text: Public[Prose | None] = Field(default=None, validate_default=True)
    internal_text: Internal[Prose | None] = Field(default=None, validate_default=True)
    lang: Public[Language | None] = None
    translations: Public[Several[Translation]] = ()
    internal_translations: Internal[Several[Translation]] = ()
    status: Public[Status | None] = None
    next_update_due: Public[Timestamp | None]
    url: Public[Url | None] = None

    _words = field_validator("text", "internal_text", "translations", "internal_translations")(words_fit_audience)


class UpdateCorrected(OfUpdate, type="update.corrected", practice=P3):
    """We say that an update was wrong, and what it should have said. The public reads `what_was_wrong` and `reason`.

    `audience` is that of the update; the new words stand in `new_text` for the public, else in `new_internal_text`.
    """

    audience: Public[Audience] = "public"
    what_was_wrong: Public[Prose]
    new_text: Public[Prose | None] = Field(default=None, validate_default=True)
    new_internal_text: Internal[Prose | None] = Field(default=None, validate_default=True)
    reason: Public[Prose]
    severity: Public[Literal["minor", "standard", "significant"] | None] = None
    lang: Public[Language | None] = None

    _words = field_validator("new_text", "new_internal_text")(words_fit_audience)


class UpdateWithdrawn(OfUpdate, type="update.withdrawn", practice=P3):
    """We took an update back, openly; `replacement` is the update that stands instead."""

    reason: Public[Prose]
    replacement: Public[Label | None] = None


class Delivery(OfUpdate):
    """An update on its way through a channel."""

    channel: Public[Label]
    count: Public[Count | None] = None


class UpdateDelivered(Delivery, type="update.delivered", practice=P3):
    """A channel carried an update to `count` recipients."""


class UpdateDeliveryFailed(Delivery, type="update.delivery_failed", practice=P3):
    """A channel did not carry an update to `count` recipients."""

    error: Internal[Prose | None] = None


class CadenceMissed(
    Payload, type="cadence.missed", practice=P3, recorded_by_service=True, about=("event", "last_update")
):
    """The time of a promised next update passed without one. `last_update` is the event that promised it."""

    due_at: Public[Timestamp]
    last_update: Public[EventIndex]
