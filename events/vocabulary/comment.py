"""Comments: what people say to us, and what becomes of it."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from events.times import Timestamp
from events.visibility import Internal, Personal, Public, Visibility
from events.vocabulary.content import Author, Content, Media
from events.vocabulary.fields import (
    Count,
    ExternalId,
    Label,
    Language,
    Platform,
    Prose,
    Several,
    Sha256,
    Text,
    Url,
    Who,
    absent,
)
from events.vocabulary.payload import P1, P4, P5, Payload

Outcome = Literal[
    "answered",
    "answered_elsewhere",
    "no_reply_needed",
    "merged_into_theme",
    "moderated",
    "withdrawn_by_author",
    "escalated",
    "unreachable",
]


class CommentReceived(Content, type="comment.received", practice=(P1, P4), actor_visibility=Visibility.PERSONAL):
    """A comment of someone else reached us."""

    author: Personal[Label | Author | None] = None
    in_reply_to: Internal[ExternalId | None] = None
    text: Personal[Text]
    url: Personal[Url | None] = None
    media: Personal[Several[Media]] = ()
    is_reply_to_us: Internal[bool | None] = None


class OfComment(Payload, about=("content", "external_id")):
    """Something that happened to a comment received before."""

    external_id: Internal[ExternalId]
    platform: Public[Platform | None] = None
    account: Public[Label | None] = None


class CommentEditedByAuthor(
    OfComment, type="comment.edited_by_author", practice=P5, actor_visibility=Visibility.PERSONAL
):
    """Its author changed a comment. `after` is the text as it now reads, `before_sha` the hash of the text before."""

    revision: Internal[Count]
    before_sha: Personal[Sha256 | None] = None
    after: Personal[Text | None] = None
    lang: Public[Language | None] = None
    media: Personal[Several[Media]] = ()
    edited_at: Internal[Timestamp | None] = None


class CommentDeletedByAuthor(
    OfComment, type="comment.deleted_by_author", practice=P5, actor_visibility=Visibility.PERSONAL
):
    """Its author deleted a comment."""

    detected_via: Internal[Label | None] = None


class CommentClassified(OfComment, type="comment.classified", practice=P4):
    """A person or a model said what kind of comment it is."""

    label: Public[Literal["complaint", "question", "praise", "abuse", "spam", "threat", "misinformation"]]
    by: Internal[Who | None] = None
    model: Internal[Label | None] = None
    score: Internal[Annotated[float, Field(ge=0, le=1)] | None] = None


class CommentAcknowledged(OfComment, type="comment.acknowledged", practice=P1):
    """Someone of ours has seen a comment; there is no public answer yet."""

    by: Internal[Who]


class Assignment(OfComment):
    """Who takes care of a comment."""

    to: Internal[Who]
    from_: Internal[Who | None] = Field(default=None, alias="from")
    queue: Internal[Label | None] = None


class CommentAssigned(Assignment, type="comment.assigned", practice=P1):
    """A comment was given to someone to answer; `from` had it before."""


class CommentUnassigned(Assignment, type="comment.unassigned", practice=P1):
    """A comment is no longer with the one it was assigned `to`."""


class CommentOutcomeSet(OfComment, type="comment.outcome_set", practice=(P4, P5)):
    """What became of a comment in the end. That no reply was needed must be explained."""

    outcome: Public[Outcome]
    reason: Internal[Prose | None] = Field(default=None, validate_default=True)
    theme: Public[Label | None] = None

    @field_validator("reason")
    @classmethod
    def _silence_has_a_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and info.data.get("outcome") == "no_reply_needed":
            raise absent()
        return reason
