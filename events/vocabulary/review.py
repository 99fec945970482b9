"""Reviews: how the team looks back, and the causes it finds."""

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Evidence, Label, Prose, Several, Sha256, Share, Url, Who
from events.vocabulary.payload import P6, Payload


class Review(Payload, practice=P6, incident=True):
    """A look back at the incident, and who takes part in it."""

    participants: Internal[Several[Who]] = Field(min_length=1)


class ReviewScheduled(Review, type="review.scheduled"):
    """A day was set for the review."""

    scheduled_for: Internal[Timestamp]


class ReviewHeld(Review, type="review.held"):
    """The review took place."""

    notes_sha256: Internal[Sha256 | None] = None


class ReviewPublished(Payload, type="review.published", practice=P6, incident=True):
    """The account of the review can be read; `doc_sha256` is the hash of its text."""

    doc_sha256: Public[Sha256]
    participants: Internal[Several[Who]] = ()
    url: Public[Url | None] = None


class OfRootCause(Payload, practice=P6, about=("root_cause", "root_cause_id")):
    """Something about a root cause, known by a name of ours that a later incident may meet again."""

    root_cause_id: Public[Label]


class RootCause(OfRootCause):
    """Why it happened. The cause is public: it must not name a person.

    `taxonomy` is its code in the organisation's list of causes, `method` how it was found (5-whys, fault-tree, …).
    """

    cause: Public[Prose]
    taxonomy: Public[Code]
    method: Public[Code]
    evidence: Internal[Several[Evidence]] = Field(min_length=1)
    confidence: Internal[Share | None] = None


class RootCauseIdentified(RootCause, type="root_cause.identified"):
    """A root cause was found."""


class RootCauseRevised(RootCause, type="root_cause.revised"):
    """A root cause turned out to be another, or to read otherwise."""

    reason: Internal[Prose]


class RootCauseRejected(OfRootCause, type="root_cause.rejected"):
    """It was not that."""

    reason: Internal[Prose]


class ContributingFactorRecorded(Payload, type="contributing_factor.recorded", practice=P6):
    """Something made it worse, or let it happen."""

    text: Internal[Prose]
    root_cause: Public[Label | None] = None


class WhatWentWellRecorded(Payload, type="what_went_well.recorded", practice=P6):
    """Something helped, and should be kept."""

    text: Internal[Prose]
