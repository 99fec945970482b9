"""The parts of the plan's view, each from the facts of one object."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from projections.blindness import Blind
from projections.facts import Fact, FactsRow
from projections.plan_use import StepInUse, Use, spells
from projections.shown import counted, figure
from projections.views.plan_answer import (
    BlindShown,
    DecisionShown,
    Drills,
    DrillShown,
    EscalationShown,
    MonitorShown,
    PlanUsed,
    PlanVersion,
    RoleSpell,
    StepLine,
    Waiting,
)


def version_shown(fact: Fact) -> PlanVersion:
    """Return a version as it was published."""
    return PlanVersion(
        event=fact.event,
        at=fact.at,
        plan_id=fact.text("plan_id"),
        version=fact.text("version"),
        body_sha256=fact.text("body_sha256"),
        because=fact.text("because"),
        service_levels=fact.items("service_levels"),
        steps=fact.items("steps"),
        roles=fact.items("roles"),
        escalation=fact.items("escalation"),
        changes=fact.text("changes"),
    )


def use_shown(use: Use, texts: Sequence[Fact], at: datetime) -> PlanUsed:
    """Return the use of a version, with the versions that were published while it was in use."""
    meanwhile = [
        fact.event
        for fact in texts
        if fact.text("plan_id") == use.plan_id and use.activated.at < fact.at <= use.until(at)
    ]
    return PlanUsed(
        plan_id=use.plan_id,
        version=use.version,
        activated=use.activated.event,
        begun=use.activated.at,
        deactivated=use.ended.event if use.ended else None,
        ended=use.ended.at if use.ended else None,
        text=use.text.event if use.text else None,
        edited=meanwhile,
        trigger=use.activated.number("trigger"),
    )


def role_spells(name: str, told: tuple[FactsRow, FactsRow], at: datetime) -> Iterable[RoleSpell]:
    """Yield who held a role: in the incident, then outside any (`standing`)."""
    for standing, row in enumerate(told):
        facts = row.told()
        for spell in spells(facts, at):
            given = [
                fact
                for fact in facts
                if fact.type == "role.assigned" and fact.text("person") == spell.person and fact.at <= spell.begun.at
            ]
            events = [fact.event for fact in (*given[-1:], spell.begun, spell.ended) if fact is not None]
            yield RoleSpell(
                role=name,
                person=spell.person,
                assigned=given[-1].at if given else None,
                begun=spell.begun.at,
                ended=spell.until,
                standing=bool(standing),
                indexes=sorted(set(events)),
            )


def waiting_shown(name: str, facts: Sequence[Fact]) -> Iterable[Waiting]:
    """Yield to whom a role was given who neither accepted nor laid it down since, nor had accepted it before."""
    answered = {fact.text("person") or fact.text("to") for fact in facts if fact.type != "role.assigned"}
    for fact in facts:
        if fact.type == "role.assigned" and fact.text("person") not in answered:
            yield Waiting(role=name, person=fact.text("person"), assigned=fact.at, event=fact.event)


def step_line(step: StepInUse, at: datetime) -> StepLine:
    """Return a step and what became of it."""
    planned, settled, started = step.planned or {}, step.settled, step.first("step.started")
    overdue = step.overdue(at)
    told = settled or started
    return StepLine(
        plan_id=step.use and step.use.plan_id,
        plan_step=step.name,
        version=step.use and step.use.version,
        what=planned.get("what"),
        role=planned.get("role"),
        mandatory=step.mandatory,
        status=(
            ("done" if settled.type == "step.completed" else "skipped")
            if settled
            else "overdue"
            if overdue
            else "started"
            if started
            else "open"
        ),
        due=step.due,
        started=started.at if started else None,
        settled=settled.at if settled else None,
        late=settled is not None and step.due is not None and settled.at > step.due,
        by=told.text("by") if told else None,
        reason=settled.text("reason") if settled else None,
        evidence=settled.items("evidence") if settled else [],
        recorded_overdue=[fact.event for fact in step.facts if fact.type == "step.overdue"],
        indexes=sorted(fact.event for fact in step.facts),
    )


def escalation_shown(row: FactsRow, at: datetime) -> EscalationShown | None:
    """Return an escalation and what became of it, None where nobody raised it."""
    told = row.told()
    raised = next((fact for fact in told if fact.type == "escalation.raised"), None)
    if raised is None:
        return None
    answer = next((fact for fact in told if fact.type == "escalation.acknowledged"), None)
    deadline = raised.time("deadline")
    passed = deadline is not None and deadline < at
    judged = deadline is not None and (answer is not None or passed)
    return EscalationShown(
        event=raised.event,
        at=raised.at,
        level=raised.text("level"),
        to=raised.text("to"),
        reason=raised.text("reason"),
        deadline=deadline,
        status="acknowledged" if answer else "expired" if passed else "open",
        acknowledged=answer.at if answer else None,
        by=answer.text("by") if answer else None,
        in_time=(answer is not None and answer.at <= deadline) if judged and deadline is not None else None,
        recorded_expired=[fact.event for fact in told if fact.type == "escalation.expired"],
        indexes=sorted(row.indexes),
    )


def decision_shown(fact: Fact) -> DecisionShown:
    """Return a decision."""
    return DecisionShown(
        event=fact.event,
        at=fact.at,
        question=fact.text("question"),
        choice=fact.text("choice"),
        options=fact.items("options"),
        rationale=fact.text("rationale"),
        by=fact.text("by"),
        dissent=fact.text("dissent"),
    )


def monitor_shown(row: FactsRow, windows: Sequence[Blind], at: datetime) -> MonitorShown:
    """Return a monitor and when it was blind."""
    configured = [fact for fact in row.told() if fact.type == "monitor.configured"]
    return MonitorShown(
        monitor=row.name,
        platform=configured[-1].text("platform") if configured else None,
        configured=configured[-1].at if configured else None,
        blind=[
            BlindShown(
                begun=window.begun,
                ended=window.ended,
                seconds=figure(window.seconds(window.begun, at), window.events),
            )
            for window in windows
        ],
    )


def drills_shown(rows: Iterable[FactsRow]) -> Drills:
    """Return the drills' beginnings and ends, and everything that was told in them."""
    rows = list(rows)
    told = [(row, fact) for row in rows for fact in row.facts if fact.type.startswith("drill.")]
    return Drills(
        told=[
            DrillShown(
                event=fact.event,
                at=fact.at,
                type=fact.type,
                plan_id=fact.text("plan_id"),
                scenario=row.name,
                passed=fact.said.get("passed"),
                result=fact.text("result"),
            )
            for row, fact in sorted(told, key=lambda pair: (pair[1].at, pair[1].event))
        ],
        events=counted(sorted({index for row in rows for index in row.indexes})),
    )
