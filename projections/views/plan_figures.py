"""The figures of the plan's use, each with the events that reproduce it. All by the sources' clocks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from projections.blindness import Blind
from projections.milestones import Beginning, MilestonesRow
from projections.plan_use import Spell, StepInUse, Use
from projections.shown import Figure, counted, figure
from projections.views.plan_answer import EscalationShown, PlanFigures, Vacancy


def plan_figures(  # noqa: PLR0913 - one for each kind of object that the figures are about
    *,
    milestones: MilestonesRow,
    used: Sequence[Use],
    held: Mapping[str, Sequence[Spell]],
    vacancies: Sequence[Vacancy],
    steps: Sequence[StepInUse],
    escalations: Sequence[EscalationShown],
    blind: Sequence[Blind],
    during: tuple[datetime, datetime],
    at: datetime,
) -> PlanFigures:
    """Return the figures. `held` are the mandatory roles of the versions in use, `blind` all monitors' windows.

    - `steps_…`: planned steps, each counted once. `steps_late`: settled after their due time.
    - `mandatory_steps_done`: the share of the mandatory planned steps that were completed.
    - `seconds_to_last_mandatory_role`: until each mandatory role had been held once; None while one never was.
    - `blind_seconds`: all monitors' blind windows, added up, to the moment; `…_during`: what lies in the
      incident's time.
    """
    planned = [step for step in steps if step.planned is not None]
    done = [fact for step in planned if (fact := step.first("step.completed"))]
    skipped = [fact for step in planned if (fact := step.settled) and fact.type == "step.skipped"]
    overdue = [step for step in planned if step.overdue(at)]
    late = [step for step in planned if step.settled and step.due and step.settled.at > step.due]
    answered = [one for one in escalations if one.in_time]
    begun = milestones.beginning
    return PlanFigures(
        seconds_to_activation=_to_activation(begun, milestones),
        seconds_to_last_mandatory_role=_to_last_role(begun, used, held),
        mandatory_roles_held=_roles_held(used, held),
        vacant_seconds=figure(
            sum(vacancy.seconds.value or 0 for vacancy in vacancies),
            _together(vacancy.seconds.indexes for vacancy in vacancies),
        ),
        steps_done=counted(sorted(fact.event for fact in done)),
        steps_skipped=counted(sorted(fact.event for fact in skipped)),
        steps_overdue=figure(len(overdue), _behind(overdue)),
        steps_late=figure(len(late), _behind(late)),
        mandatory_steps_done=_mandatory(planned),
        escalations=counted(sorted(one.event for one in escalations)),
        escalations_acknowledged_in_time=figure(len(answered), _together(one.indexes for one in answered)),
        blind_seconds=_blind(blind, min((window.begun for window in blind), default=at), at, []),
        blind_seconds_during=_blind(blind, *during, _bounds(milestones)),
    )


def _to_activation(begun: Beginning | None, milestones: MilestonesRow) -> Figure:
    activated = milestones.first_activation
    if begun is None or activated is None:
        return figure(None, [])
    return figure((activated.at - begun.at).total_seconds(), sorted({begun.event, activated.event}))


def _to_last_role(begun: Beginning | None, used: Sequence[Use], held: Mapping[str, Sequence[Spell]]) -> Figure:
    firsts = [min((spell.begun.at, spell.begun.event) for spell in spells) for spells in held.values() if spells]
    behind = {*_asked(used), *(event for _, event in firsts)}
    if begun is None or not firsts or len(firsts) < len(held):
        return figure(None, sorted(behind))
    return figure((max(firsts)[0] - begun.at).total_seconds(), sorted({begun.event, *behind}))


def _roles_held(used: Sequence[Use], held: Mapping[str, Sequence[Spell]]) -> Figure:
    firsts = [min((spell.begun.at, spell.begun.event) for spell in spells)[1] for spells in held.values() if spells]
    share = len(firsts) / len(held) if held else None
    return figure(share, sorted({*_asked(used), *firsts}))


def _mandatory(planned: Sequence[StepInUse]) -> Figure:
    required = [step for step in planned if step.mandatory]
    done = [fact.event for step in required if (fact := step.first("step.completed"))]
    asked = {event for step in required if step.use for event in step.use.behind}
    return figure(len(done) / len(required) if required else None, sorted({*asked, *done}))


def _behind(steps: Sequence[StepInUse]) -> list[int]:
    """Return the events that make steps due, and those that settled them too late."""
    asked = {event for step in steps if step.use for event in step.use.behind}
    return sorted(asked | {step.settled.event for step in steps if step.settled})


def _blind(windows: Sequence[Blind], first: datetime, last: datetime, bounds: Iterable[int]) -> Figure:
    within = [(seconds, window.events) for window in windows if (seconds := window.seconds(first, last))]
    indexes = {event for _, events in within for event in events}
    return figure(sum(seconds for seconds, _ in within), sorted(indexes | set(bounds)) if within else [])


def _bounds(milestones: MilestonesRow) -> list[int]:
    return [turn.event for turn in (milestones.beginning, milestones.closed) if turn is not None]


def _asked(used: Sequence[Use]) -> set[int]:
    return {event for use in used for event in use.behind}


def _together(several: Iterable[Iterable[int]]) -> list[int]:
    return sorted({int(index) for indexes in several for index in indexes})
