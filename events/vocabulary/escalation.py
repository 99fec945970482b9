"""Escalations and decisions: who was called upon, and what was decided, why and against what."""

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Code, EventIndex, Prose, Several, Who
from events.vocabulary.payload import P1, P2, P3, Payload


class EscalationRaised(Payload, type="escalation.raised", practice=(P1, P2)):
    """Someone higher up was called, to answer before the `deadline`."""

    level: Public[Code]
    to: Internal[Who]
    reason: Internal[Prose]
    deadline: Internal[Timestamp | None] = None


class OfEscalation(Payload, practice=(P1, P2), about=("event", "escalation")):
    """What became of an escalation; `escalation` is the event that raised it."""

    escalation: Internal[EventIndex]


class EscalationAcknowledged(OfEscalation, type="escalation.acknowledged"):
    """The one who was called answered."""

    by: Internal[Who]
    note: Internal[Prose | None] = None


class EscalationExpired(OfEscalation, type="escalation.expired", recorded_by_service=True):
    """Nobody answered an escalation before its deadline."""

    deadline: Internal[Timestamp]


class DecisionRecorded(Payload, type="decision.recorded", practice=(P2, P3)):
    """A question was decided: the choice, what else was open, the reasons for it, and who disagreed."""

    question: Internal[Prose]
    choice: Internal[Prose]
    options: Internal[Several[Prose]] = ()
    rationale: Internal[Prose]
    by: Internal[Who]
    dissent: Internal[Prose | None] = None
