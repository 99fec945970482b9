"""What the view of the plan shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from events.visibility import Internal, Public
from projections.shown import Figure, Shown


class PlanVersion(Shown):
    """A version of a plan as it was published, by the event at index `event`."""

    event: Public[int]
    at: Public[datetime]
    plan_id: Public[str | None]
    version: Public[str | None]
    body_sha256: Public[str | None]
    because: Public[str | None]
    service_levels: Public[Sequence[Mapping[str, Any]]]
    steps: Internal[Sequence[Mapping[str, Any]]]
    roles: Internal[Sequence[Mapping[str, Any]]]
    escalation: Internal[Sequence[Mapping[str, Any]]]
    changes: Internal[str | None]


class PlanUsed(Shown):
    """A version in use. `text`: the event that gave it its text; `edited`: versions of the plan that came meanwhile."""

    plan_id: Public[str]
    version: Public[str]
    activated: Public[int]
    begun: Public[datetime]
    deactivated: Public[int | None]
    ended: Public[datetime | None]
    text: Public[int | None]
    edited: Public[Sequence[int]]
    trigger: Internal[int | None]


class RoleSpell(Shown):
    """Someone's time in a role; `ended` is None where it goes on. `assigned`: when the role was given to them."""

    role: Public[str]
    person: Internal[str]
    assigned: Public[datetime | None]
    begun: Public[datetime]
    ended: Internal[datetime | None]
    standing: Public[bool]
    indexes: Public[Sequence[int]]


class Waiting(Shown):
    """A role that was given to someone who has not accepted it since."""

    role: Public[str]
    person: Internal[str | None]
    assigned: Public[datetime]
    event: Public[int]


class Vacancy(Shown):
    """A time in which nobody held a mandatory role of the version in use."""

    role: Public[str]
    begun: Public[datetime]
    ended: Public[datetime]
    seconds: Public[Figure]


class StepLine(Shown):
    """A planned step and what became of it. `recorded_overdue`: events that put on record that it was overdue."""

    plan_id: Internal[str | None]
    plan_step: Internal[str]
    version: Internal[str | None]
    what: Internal[str | None]
    role: Internal[str | None]
    mandatory: Internal[bool]
    status: Internal[Literal["done", "skipped", "started", "overdue", "open"]]
    due: Internal[datetime | None]
    started: Internal[datetime | None]
    settled: Internal[datetime | None]
    late: Internal[bool]
    by: Internal[str | None]
    reason: Internal[str | None]
    evidence: Internal[Sequence[int | str]]
    recorded_overdue: Internal[Sequence[int]]
    indexes: Internal[Sequence[int]]


class EscalationShown(Shown):
    """An escalation: acknowledged, expired (its deadline passed first), or open. `in_time`: None without deadline."""

    event: Public[int]
    at: Public[datetime]
    level: Public[str | None]
    to: Internal[str | None]
    reason: Internal[str | None]
    deadline: Internal[datetime | None]
    status: Internal[Literal["acknowledged", "expired", "open"]]
    acknowledged: Public[datetime | None]
    by: Internal[str | None]
    in_time: Internal[bool | None]
    recorded_expired: Public[Sequence[int]]
    indexes: Public[Sequence[int]]


class DecisionShown(Shown):
    """A decision, with what else was open and who disagreed."""

    event: Public[int]
    at: Public[datetime]
    question: Internal[str | None]
    choice: Internal[str | None]
    options: Internal[Sequence[str]]
    rationale: Internal[str | None]
    by: Internal[str | None]
    dissent: Internal[str | None]


class BlindShown(Shown):
    """A time in which a monitor saw nothing; `ended` is None where it still doesn't. Seconds to the moment shown."""

    begun: Public[datetime]
    ended: Public[datetime | None]
    seconds: Public[Figure]


class MonitorShown(Shown):
    """A monitor, when it was last set up, and when it was blind."""

    monitor: Public[str]
    platform: Public[str | None]
    configured: Public[datetime | None]
    blind: Public[Sequence[BlindShown]]


class DrillShown(Shown):
    """An event of a drill's beginning or end."""

    event: Public[int]
    at: Public[datetime]
    type: Public[str]
    plan_id: Public[str | None]
    scenario: Internal[str]
    passed: Internal[bool | None]
    result: Internal[str | None]


class Drills(Shown):
    """Drills, and how much was told in them: nothing of it counts anywhere else."""

    told: Public[Sequence[DrillShown]]
    events: Public[Figure]


class PlanFigures(Shown):
    """Figures of the plan's use. Seconds run from the incident's beginning, by the sources' clocks."""

    seconds_to_activation: Public[Figure]
    seconds_to_last_mandatory_role: Internal[Figure]
    mandatory_roles_held: Internal[Figure]
    vacant_seconds: Internal[Figure]
    steps_done: Internal[Figure]
    steps_skipped: Internal[Figure]
    steps_overdue: Internal[Figure]
    steps_late: Internal[Figure]
    mandatory_steps_done: Internal[Figure]
    escalations: Public[Figure]
    escalations_acknowledged_in_time: Internal[Figure]
    blind_seconds: Public[Figure]
    blind_seconds_during: Public[Figure]


class PlanAnswer(Shown):
    """The plan in force, its use in the incident, and what was ready for it.

    `in_force`: of each plan, the event of the version that was published last; `since`: from which event and time on
    the incident's seconds are counted.
    """

    since: Public[datetime | None]
    since_event: Public[int | None]
    since_what: Public[Literal["surge", "opened", "comment"] | None]
    figures: Public[PlanFigures]
    in_force: Public[Mapping[str, int]]
    versions: Public[Sequence[PlanVersion]]
    used: Public[Sequence[PlanUsed]]
    roles: Public[Sequence[RoleSpell]]
    waiting: Public[Sequence[Waiting]]
    vacancies: Internal[Sequence[Vacancy]]
    steps: Internal[Sequence[StepLine]]
    escalations: Public[Sequence[EscalationShown]]
    decisions: Public[Sequence[DecisionShown]]
    monitors: Public[Sequence[MonitorShown]]
    drills: Public[Drills]
