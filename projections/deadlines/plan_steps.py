"""Steps of the plans in use: each falls due some minutes after the plan's activation, as the version activated says.

What a step needs comes from three sides, in any order: the plan's text knows no incident, the activation no steps, and
who did a step need not name the plan. So each is a row of its own, and the judge joins them: the uses of plans by
incident, from there the texts, from there what became of each step.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from events.strict import JsonObject
from projections.deadlines.clock_event import MINUTE, ClockEvent, judged_at, written
from projections.event import Event
from projections.instants import instant, micros, ranked
from projections.projection import Projection, Row, RowKey

AFTERWARDS = 24 * 60 * MINUTE
"""How long after a use has ended its steps are still looked at."""
_ENDS = frozenset({"plan.deactivated", "incident.closed", "incident.merged"})
_OUTCOMES_KEPT = 64
_IN_USE = "9" * 18


class TimedStep(NamedTuple):
    """A step that has a time, in minutes from the activation."""

    name: str
    within: int


class TextRow(Row):
    """The steps of a version of a plan that have a time, as first published under that name, and when that was told."""

    steps: tuple[TimedStep, ...]
    told: int


class Texts(Projection[TextRow]):
    """One row a version of a plan. What a drill publishes is no plan."""

    name = "plan_texts"
    version = 1
    types = frozenset({"plan.published", "plan.revised"})
    row = TextRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the version of the plan."""
        if event.linked_by is None and not event.exercise and event.text("plan_id") and event.text("version"):
            yield RowKey("", text_key(event.text("plan_id") or "", event.text("version") or ""))

    def fold(self, row: TextRow | None, key: RowKey, event: Event) -> TextRow:  # noqa: ARG002 - the first one counts
        """Keep the first text: another one under the same name must not change what was due."""
        return row or TextRow(steps=tuple(_timed(event.value("steps"))), told=micros(event.accepted))


class Activation(NamedTuple):
    """A plan came into use in the incident."""

    at: int
    event: int
    told: int
    plan: str
    version: str
    exercise: bool


class End(NamedTuple):
    """A plan is no longer in use, None: none is."""

    at: int
    event: int
    told: int
    plan: str | None
    exercise: bool


class UseRow(Row):
    """The plans that an incident uses. `recorded` are the steps said to be overdue, with their activations."""

    incident: str
    activations: tuple[Activation, ...] = ()
    ends: tuple[End, ...] = ()
    recorded: tuple[tuple[int, str], ...] = ()


class Uses(Projection[UseRow]):
    """One row an incident. Ranked, incidents apart, by when its last use ended: those still in use are the last."""

    name = "plan_uses"
    version = 1
    types = frozenset({"plan.activated", "step.overdue", *_ENDS})
    row = UseRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the incident."""
        if event.incident is not None and event.linked_by is None:
            yield RowKey("", event.incident)

    def fold(self, row: UseRow | None, key: RowKey, event: Event) -> UseRow:
        """Note the use, its end, or a step on record."""
        before = row or UseRow(incident=key.key)
        at, told = micros(event.moment), micros(event.accepted)
        plan, version = event.text("plan_id"), event.text("version")
        if event.type in _ENDS:
            end = End(at, event.index, told, plan, event.exercise)
            return before.model_copy(update={"ends": (*before.ends, end)})
        if event.type == "step.overdue":
            step = (event.value("cause"), event.text("plan_step"))
            return before.model_copy(update={"recorded": (*before.recorded, step)})
        if plan is None or version is None:
            return before
        activation = Activation(at, event.index, told, plan, version, event.exercise)
        return before.model_copy(update={"activations": (*before.activations, activation)})

    def rank(self, row: UseRow) -> str | None:
        """Return the end of the last use."""
        ends = [end_of(row, activation) for activation in row.activations]
        if not ends:
            return None
        last = _IN_USE if None in ends else ranked(max(max(end.at, end.told) for end in ends if end is not None))
        return f"{last}|{row.incident}"


class Outcome(NamedTuple):
    """A step was done, or left out."""

    at: int
    event: int
    plan: str | None
    exercise: bool


class OutcomeRow(Row):
    """What became of a step in an incident: the first outcomes by their time."""

    outcomes: tuple[Outcome, ...] = ()


class Outcomes(Projection[OutcomeRow]):
    """One row a step of an incident."""

    name = "step_outcomes"
    version = 1
    types = frozenset({"step.completed", "step.skipped"})
    row = OutcomeRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the step; what is linked into an incident is an outcome there too."""
        if event.incident is not None and (step := event.text("plan_step")) is not None:
            yield RowKey("", outcome_key(event.incident, step))

    def fold(self, row: OutcomeRow | None, key: RowKey, event: Event) -> OutcomeRow:  # noqa: ARG002
        """Add the outcome."""
        outcome = Outcome(micros(event.moment), event.index, event.text("plan_id"), event.exercise)
        outcomes = sorted({*(row.outcomes if row else ()), outcome}, key=lambda each: each[:2])
        return OutcomeRow(outcomes=tuple(outcomes[:_OUTCOMES_KEPT]))


TEXTS, USES, OUTCOMES = Texts(), Uses(), Outcomes()


def text_key(plan: str, version: str) -> str:
    """Return the key of a plan's text. Names have no line breaks."""
    return f"{plan}\n{version}"


def outcome_key(incident: str, step: str) -> str:
    """Return the key of a step's outcomes."""
    return f"{incident}\n{step}"


def end_of(row: UseRow, activation: Activation) -> End | None:
    """Return what first ended a use."""
    ends = [
        end
        for end in row.ends
        if end.at >= activation.at and end.exercise == activation.exercise and end.plan in {None, activation.plan}
    ]
    return min(ends, key=lambda end: end[:2], default=None)


def overdue(
    row: UseRow, texts: Mapping[str, TextRow], outcomes: Mapping[str, OutcomeRow], now: datetime
) -> Iterator[ClockEvent]:
    """Yield the clock events about an incident's steps that are overdue by `now` and not on record.

    A step is met by the first time that it was done or left out, or that its plan fell out of use. `texts` and
    `outcomes`, by key, are those that are of concern to the row.
    """
    for activation in row.activations:
        text = texts.get(text_key(activation.plan, activation.version))
        end = end_of(row, activation)
        if text is None or (end is not None and text.told > max(end.at, end.told) + AFTERWARDS):
            continue
        told = max(activation.told, text.told)
        for step in text.steps:
            due = activation.at + step.within * MINUTE
            met = _first(outcomes.get(outcome_key(row.incident, step.name)), activation)
            times = [at for at in (met, end and end.at) if at is not None]
            at = judged_at(due, told, min(times, default=None))
            if at is not None and at <= micros(now) and (activation.event, step.name) not in row.recorded:
                yield _overdue(row.incident, activation, step.name, due)


def _overdue(incident: str, activation: Activation, step: str, due: int) -> ClockEvent:
    exercise: JsonObject = {"exercise": True} if activation.exercise else {}
    data = {"plan_step": step, "plan_id": activation.plan, "due": written(due), "cause": activation.event}
    return ClockEvent(
        "step.overdue", f"step.overdue:{activation.event}:{step}", instant(due), data | exercise, incident
    )


def _first(row: OutcomeRow | None, activation: Activation) -> int | None:
    told = row.outcomes if row else ()
    return next(
        (each.at for each in told if each.exercise == activation.exercise and each.plan in {None, activation.plan}),
        None,
    )


def _timed(steps: object) -> Iterator[TimedStep]:
    """Yield the steps that have a time, from a plan's field as it was posted."""
    for step in steps if isinstance(steps, list) else ():
        within = step.get("within_minutes")
        if within is not None:
            yield TimedStep(step["plan_step"], within)
