"""Steps of the plan: done, left out with a reason, or overdue."""

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import EventIndex, Evidence, Label, Prose, Several, Who
from events.vocabulary.payload import P2, Payload


class OfStep(Payload, practice=P2, incident=True, about=("step", "plan_step")):
    """What became of a step of the plan in this incident."""

    plan_step: Public[Label]
    plan_id: Public[Label | None] = None


class StepTaken(OfStep):
    """What someone did about a step."""

    by: Internal[Who]
    evidence: Internal[Several[Evidence]] = ()
    note: Internal[Prose | None] = None


class StepStarted(StepTaken, type="step.started"):
    """Someone began with a step."""


class StepCompleted(StepTaken, type="step.completed"):
    """A step is done."""


class StepSkipped(StepTaken, type="step.skipped"):
    """A step was left out on purpose."""

    reason: Internal[Prose]


class StepOverdue(OfStep, type="step.overdue", recorded_by_service=True):
    """A step was neither done nor left out in time. `cause` is the event from which its time ran."""

    due: Public[Timestamp]
    cause: Internal[EventIndex]
    by: Internal[Who | None] = None
