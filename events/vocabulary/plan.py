"""Plans: what we prepared for a crisis, which version is in force, and the drills that try it."""

from pydantic import field_validator

from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Count, Detail, EventIndex, Label, Prose, Several, Sha256, Url, Who
from events.vocabulary.payload import P2, P6, Payload


class PlannedStep(Detail):
    """A step of a plan: what to do, in which role, how soon after the plan's activation."""

    plan_step: Label
    what: Prose
    role: Label | None = None
    within_minutes: Count | None = None
    mandatory: bool = True


class PlannedRole(Detail):
    """A role that a plan needs, and what belongs to it."""

    role: Label
    duties: Prose | None = None
    mandatory: bool = True


class PlannedEscalation(Detail):
    """Whom to call at a level of escalation, and after how long."""

    level: Code
    to: Who
    when: Prose | None = None
    after_minutes: Count | None = None


class ServiceLevel(Detail):
    """How soon something has to happen under a plan: a first reply, a first statement."""

    what: Label
    within_minutes: Count


class OfPlan(Payload, practice=P2, about=("plan", "plan_id")):
    """Something that happened to a version of a plan."""

    plan_id: Public[Label]
    version: Public[Label]


class PlanText(OfPlan):
    """A version of a plan, known by the hash of its document; how to act under it, as far as programs must know."""

    body_sha256: Public[Sha256]
    title: Public[Label | None] = None
    url: Internal[Url | None] = None
    approver: Internal[Who | None] = None
    steps: Internal[Several[PlannedStep]] = ()
    roles: Internal[Several[PlannedRole]] = ()
    escalation: Internal[Several[PlannedEscalation]] = ()
    service_levels: Public[Several[ServiceLevel]] = ()


class PlanPublished(PlanText, type="plan.published"):
    """A plan came into force."""


class PlanRevised(PlanText, type="plan.revised", practice=(P2, P6)):
    """A new version of a plan came into force; `because` is the lesson that asked for it, null declares none."""

    because: Public[Label | None]
    changes: Internal[Prose | None] = None


class PlanInUse(OfPlan, incident=True):
    """The use of a plan in the incident; `trigger` is the event that called for it."""

    trigger: Internal[EventIndex]
    reason: Internal[Prose | None] = None


class PlanActivated(PlanInUse, type="plan.activated"):
    """From now on the team works by the plan."""


class PlanDeactivated(PlanInUse, type="plan.deactivated"):
    """The team no longer works by the plan."""


class Drill(Payload, practice=P2, about=("drill", "scenario")):
    """An exercise. It and every event told in its course say `exercise`, so that none is taken for real."""

    exercise: Public[bool]
    scenario: Internal[Label]
    plan_id: Public[Label | None] = None

    @field_validator("exercise")
    @classmethod
    def _never_for_real(cls, exercise: bool) -> bool:  # noqa: FBT001 - pydantic's signature
        if not exercise:
            raise ValueError("a drill is an exercise: true")
        return exercise


class DrillStarted(Drill, type="drill.started"):
    """An exercise of the plan began."""

    participants: Internal[Several[Who]] = ()


class DrillFinished(Drill, type="drill.finished"):
    """An exercise ended, with what it showed."""

    result: Internal[Prose | None] = None
    passed: Internal[bool | None] = None
