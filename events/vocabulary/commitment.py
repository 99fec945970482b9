"""Commitments: what we promised, to whom, until when, and whether we kept it."""

from pydantic import Field, field_validator

from events.times import Timestamp
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import EventIndex, Evidence, ExternalId, Label, Prose, Several, Who
from events.vocabulary.payload import P3, P4, Payload
from events.vocabulary.update import Audience, words_fit_audience


class OfCommitment(Payload, practice=(P3, P4), about=("commitment", "commitment_id")):
    """Something about a promise, known by a name of ours."""

    commitment_id: Public[Label]


class CommitmentMade(OfCommitment, type="commitment.made"):
    """We promised something until a time. Whom we promised it `to` is personal, since it may be one person.

    The words stand in `promise` where the public may read them, in `internal_promise` for any other audience.
    """

    audience: Public[Audience] = "public"
    promise: Public[Prose | None] = Field(default=None, validate_default=True)
    internal_promise: Internal[Prose | None] = Field(default=None, validate_default=True)
    to: Personal[Label]
    due: Public[Timestamp]
    owner: Internal[Who]
    made_in: Internal[EventIndex | None] = None
    external_id: Internal[ExternalId | None] = None
    theme: Public[Label | None] = None

    _words = field_validator("promise", "internal_promise")(words_fit_audience)


class CommitmentDueChanged(OfCommitment, type="commitment.due_changed"):
    """A promise is due at another time. The public reads the reason."""

    from_: Public[Timestamp] = Field(alias="from")
    due: Public[Timestamp]
    reason: Public[Prose]


class CommitmentKept(OfCommitment, type="commitment.kept"):
    """We did what we promised, as the evidence shows."""

    evidence: Public[Several[Evidence]] = Field(min_length=1)


class CommitmentMissed(OfCommitment, type="commitment.missed", recorded_by_service=True):
    """The time of a promise passed and it was not kept. `cause` is the event that set this time."""

    due: Public[Timestamp]
    cause: Internal[EventIndex]


class CommitmentCancelled(OfCommitment, type="commitment.cancelled"):
    """We took a promise back, openly."""

    reason: Public[Prose]
