"""Observations: what a snapshot shows and the ledger doesn't say, or the other way round. Only the ledger writes these.

Each is recorded once, when it is certain. A later declaration settles it; it is never taken back.
"""

from typing import Literal

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import (
    EventIndex,
    ExternalId,
    Label,
    Language,
    Platform,
    Sha256,
    Text,
    Url,
    Who,
)
from events.vocabulary.payload import P3, P5, Payload


class Observation(Payload, recorded_by_service=True):
    """Something seen in the event `snapshot`, at `seen_at`."""

    seen_at: Public[Timestamp]
    reconciliation_id: Internal[Label]
    snapshot: Internal[EventIndex | None] = None


class OfContent(Observation, practice=P5, about=("content", "external_id")):
    """Something seen, or not, of a comment or reply on its platform."""

    platform: Public[Platform]
    account: Public[Label]
    external_id: Internal[ExternalId]


class Gone(OfContent):
    """A content that the ledger knows as visible stands on its platform no more; it was last seen at `last_seen_at`."""

    last_seen_at: Public[Timestamp | None] = None


class CommentObservedMissing(Gone, type="comment.observed_missing"):
    """A comment is no longer on its platform, and nobody said why."""


class ReplyObservedMissing(Gone, type="reply.observed_missing"):
    """A reply that we recorded as posted does not stand on its platform."""


class CommentObservedUnreported(OfContent, type="comment.observed_unreported"):
    """A comment stands on its platform, and nobody reported it to the ledger."""

    created_at: Internal[Timestamp | None] = None
    text_sha256: Personal[Sha256 | None] = None


class ReplyObservedUnreported(OfContent, type="reply.observed_unreported"):
    """A reply of ours stands on its platform, and nobody reported it to the ledger."""

    created_at: Internal[Timestamp | None] = None
    text: Public[Text | None] = None


class CommentObservedChanged(OfContent, type="comment.observed_changed"):
    """A comment reads differently from what the ledger knows, and nobody declared an edit."""

    before_sha: Personal[Sha256]
    after_sha: Personal[Sha256]


class ReplyObservedChanged(OfContent, type="reply.observed_changed"):
    """A reply of ours reads differently from what the ledger knows, and nobody declared an edit."""

    before_sha: Public[Sha256]
    after_sha: Public[Sha256]
    after: Public[Text | None] = None


class CommentObservedModerated(OfContent, type="comment.observed_moderated"):
    """A comment is hidden or removed on its platform by the page, and no such measure is in the ledger."""

    measure: Public[Literal["hidden", "removed"]]
    by: Internal[Who | None] = None


class OfPage(Observation, practice=(P3, P5)):
    """Something seen, or not, on a public page of ours."""

    platform: Public[Platform]
    account: Public[Label]
    via: Internal[Label | None] = None


class OfPublished(OfPage, about=("update", "update_id")):
    """Something seen of an update on a public page."""

    update_id: Public[Label]


class UpdateObserved(OfPublished, type="update.observed"):
    """A public page shows an update that nobody recorded as published. `shown_at` is the time that it says there."""

    text: Public[Text]
    text_sha256: Public[Sha256]
    shown_at: Public[Timestamp | None] = None
    status: Public[Label | None] = None
    title: Public[Label | None] = None
    lang: Public[Language | None] = None
    url: Public[Url | None] = None


class UpdateObservedChanged(OfPublished, type="update.observed_changed"):
    """A published update reads differently from what was published, and nobody declared a correction."""

    before_sha: Public[Sha256 | None] = None
    after_sha: Public[Sha256 | None] = None
    after: Public[Text | None] = None
    shown_at: Public[Timestamp | None] = None


class UpdateObservedMissing(OfPublished, type="update.observed_missing"):
    """An update that was published is no longer on its page, and nobody declared that it was withdrawn."""


class UpdateObservedRedated(OfPublished, type="update.observed_redated"):
    """A page shows an update at another time than before, to the second."""

    from_: Public[Timestamp] = Field(alias="from")
    to: Public[Timestamp]


class IncidentObservedRetitled(OfPage, type="incident.observed_retitled", incident=True):
    """A page calls an incident differently from before, and nobody declared the new title."""

    from_: Public[Label] = Field(alias="from")
    to: Public[Label]
