"""Moderation: what we did to other people's comments, threads and accounts, always with who and why."""

from typing import Literal

from events.times import Timestamp
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import Code, ExternalId, Label, Platform, PolicyRef, Prose, Several, Sha256, Url
from events.vocabulary.payload import P5, Payload
from events.vocabulary.statement import StatementOfReasons


class Moderation(Payload, practice=P5, actor=True, about=("content", "target")):
    """A measure against the comment `target`, or its end. The reason is public: it must not name or quote a person."""

    target: Internal[ExternalId]
    platform: Public[Platform | None] = None
    account: Public[Label | None] = None
    reason_code: Public[Code]
    reason_text: Public[Prose]
    policy_ref: Public[PolicyRef]
    scope: Public[Literal["page", "everyone", "thread"]]
    expires_at: Public[Timestamp | None] = None


class CommentHidden(Moderation, type="comment.hidden"):
    """A comment was hidden from the public; its content stays in the ledger."""


class CommentUnhidden(Moderation, type="comment.unhidden"):
    """A hidden comment can be seen again."""


class Removal(Moderation):
    """The removal of a comment, or its end. `cascade_ids` are the replies that went, or came back, with it."""

    cascade_ids: Internal[Several[ExternalId]]


class CommentRemoved(Removal, type="comment.removed"):
    """A comment was taken off its platform; its content stays in the ledger."""

    statement_of_reasons: Internal[StatementOfReasons | None] = None
    notice_sent: Public[bool | None] = None
    appeal_url: Public[Url | None] = None


class CommentRestored(Removal, type="comment.restored"):
    """A removed comment stands on its platform again."""


class Restriction(Payload, practice=P5, actor=True, about=("thread", "target")):
    """A measure that leaves comments standing and limits what may be done around them."""

    target: Internal[ExternalId]
    platform: Public[Platform | None] = None
    account: Public[Label | None] = None
    policy_ref: Public[PolicyRef]
    reason: Public[Prose]
    expires_at: Public[Timestamp | None] = None


class CommentLabelled(Restriction, type="comment.labelled", about=("content", "target")):
    """A comment stays in sight with a label of ours."""

    label: Public[Label | None] = None


class ThreadLocked(Restriction, type="thread.locked"):
    """Nobody can add a comment to the thread."""


class ThreadUnlocked(Restriction, type="thread.unlocked"):
    """The thread takes comments again."""


class ReactionsLimited(Restriction, type="reactions.limited"):
    """Not everybody can react in the thread."""


class AuthorMeasure(Payload, practice=P5, actor=True, about=("author", "author_id_hash")):
    """A measure against someone who comments, or its end. The hash of their id and the reason are personal."""

    author_id_hash: Personal[Sha256]
    platform: Public[Platform | None] = None
    account: Public[Label | None] = None
    reason_code: Public[Code | None] = None
    reason: Personal[Prose]
    policy_ref: Public[PolicyRef]
    until: Public[Timestamp | None] = None


class AuthorWarned(AuthorMeasure, type="author.warned"):
    """An author was told what comes next."""


class AuthorMuted(AuthorMeasure, type="author.muted"):
    """An author's comments no longer show to others."""


class AuthorBlocked(AuthorMeasure, type="author.blocked"):
    """An author can no longer comment."""


class AuthorUnblocked(AuthorMeasure, type="author.unblocked"):
    """An author can comment again."""
