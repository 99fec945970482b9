"""The press: what it asks, what we prepare to answer, what we said."""

from events.times import Timestamp
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import EventIndex, Label, Prose, Sha256, Text, Url, Who
from events.vocabulary.payload import P3, Payload


class PressInquiryReceived(Payload, type="press.inquiry_received", practice=P3):
    """A medium asked us something and has to be answered by `answer_due`. Who asked, and what, is personal."""

    outlet: Internal[Label]
    answer_due: Internal[Timestamp]
    journalist: Personal[Label | None] = None
    question: Personal[Prose | None] = None


class Answer(Payload, practice=P3, about=("event", "inquiry")):
    """Words for the press. `inquiry` is the event of the question they answer, if one was asked."""

    inquiry: Internal[EventIndex | None] = None


class StatementPrepared(Answer, type="statement.prepared"):
    """A statement lies ready, to be given when asked; not yet public."""

    text: Internal[Prose]
    approver: Internal[Who | None] = None


class InterviewGiven(Answer, type="interview.given"):
    """Someone of ours spoke to a medium. `text` is what we said, as published."""

    outlet: Public[Label]
    by: Internal[Who | None] = None
    text: Public[Text | None] = None
    text_sha256: Public[Sha256 | None] = None
    url: Public[Url | None] = None
