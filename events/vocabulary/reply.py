"""Replies: what we answer, from the draft to what stands on the platform."""

from events.visibility import Internal, Public
from events.vocabulary.content import Author, Content, Media
from events.vocabulary.fields import ExternalId, Label, Platform, Prose, Several, Sha256, Text, Url, Who
from events.vocabulary.payload import P1, P3, P4, Payload


class Draft(Payload, about=("content", "in_reply_to")):
    """A reply not yet posted, known by the hash of its text. `in_reply_to` is the comment it answers."""

    text_sha256: Internal[Sha256]
    draft_id: Internal[Label | None] = None
    in_reply_to: Internal[ExternalId | None] = None
    platform: Public[Platform | None] = None
    approver: Internal[Who | None] = None


class ReplyDrafted(Draft, type="reply.drafted", practice=(P1, P3)):
    """Someone wrote a reply that still has to be approved or posted."""


class ReplySubmittedForApproval(Draft, type="reply.submitted_for_approval", practice=(P1, P3)):
    """A drafted reply was handed to its approver."""


class ReplyApproved(Draft, type="reply.approved", practice=(P1, P3)):
    """The approver agreed to a drafted reply."""


class ReplyRejected(Draft, type="reply.rejected", practice=(P1, P3)):
    """The approver refused a drafted reply."""

    reason: Internal[Prose]


class OurContent(Content):
    """What we say on a platform. `in_reply_to` null declares that the comment it answers is not known."""

    in_reply_to: Internal[ExternalId | None]
    author: Internal[Label | Author | None] = None
    text: Public[Text]
    url: Internal[Url | None] = None
    media: Public[Several[Media]] = ()
    template_id: Internal[Label | None] = None
    first_reply: Internal[bool | None] = None
    solution_offered: Public[bool | None] = None


class ReplyPosted(OurContent, type="reply.posted", practice=(P1, P4)):
    """We answered a comment."""


class ReplyFailed(OurContent, type="reply.failed", practice=(P1, P4), about=("content", "in_reply_to")):
    """An answer of ours didn't reach the platform, and so has no id there."""

    external_id: Internal[ExternalId | None] = None  # type: ignore[assignment]
    error: Internal[Prose | None] = None


class OfReply(Payload, about=("content", "external_id")):
    """Something we did to a reply already posted."""

    external_id: Internal[ExternalId]
    platform: Public[Platform | None] = None
    account: Public[Label | None] = None
    before_sha256: Public[Sha256]
    reason: Internal[Prose]


class ReplyEdited(OfReply, type="reply.edited", practice=P3):
    """We changed a reply; `after` is the text as it now reads."""

    after: Public[Text]


class ReplyWithdrawn(OfReply, type="reply.withdrawn", practice=P3):
    """We took a reply back."""
