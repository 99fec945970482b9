"""What a dashboard shows of an incident, but for its comments: its phase, the clocks that run, what came to light.

A row holds facts, each with its event; whether a clock is overdue is judged when it is looked at, from the times alone,
so that events in any order come to the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import Field

from projections.event import Event
from projections.incidents import STATUS, told_of_incident
from projections.instants import utc
from projections.milestones import surge_begun
from projections.projection import Projection, Row, RowKey

KEY = "now"


class Told(NamedTuple):
    """The index of an `event`, and when it happened."""

    event: int
    at: datetime


class Running(NamedTuple):
    """Something with a due time: the index of the `event` that began it, when, when it's due, when it was settled.

    `event` is None as long as only its settling was told.
    """

    event: int | None = None
    at: datetime | None = None
    due: datetime | None = None
    settled: datetime | None = None


Clocks = Mapping[str, Running]


class OverviewRow(Row):
    """One incident. `began`: the earliest bucket of a surge; `surges`: those that haven't ended, by series.

    `updates`: those for the public by index, due when the next is promised. `escalations` by index, `commitments` by
    id, `steps`: those that were recorded as overdue, by name.
    """

    title: str | None = None
    severity: str | None = None
    phase: str = "unopened"
    turned: Told | None = None
    reopened: tuple[int, ...] = ()
    opened: Told | None = None
    began: Told | None = None
    surges: dict[str, Told] = Field(default_factory=dict)
    updates: dict[str, Running] = Field(default_factory=dict)
    escalations: dict[str, Running] = Field(default_factory=dict)
    commitments: dict[str, Running] = Field(default_factory=dict)
    steps: dict[str, Running] = Field(default_factory=dict)
    changes: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()


_BEGIN: Mapping[str, tuple[str, str | None, str]] = MappingProxyType(
    {
        "update.published": ("updates", None, "next_update_due"),
        "escalation.raised": ("escalations", None, "deadline"),
        "commitment.made": ("commitments", "commitment_id", "due"),
        "step.overdue": ("steps", "plan_step", "due"),
    }
)
"""Types that start a clock: which, the field that names it (None: the event's index), the field with its due time."""
_SETTLE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "escalation.acknowledged": ("escalations", "escalation"),
        "commitment.kept": ("commitments", "commitment_id"),
        "commitment.cancelled": ("commitments", "commitment_id"),
        "step.completed": ("steps", "plan_step"),
        "step.skipped": ("steps", "plan_step"),
    }
)
_NOTED: Mapping[str, str] = MappingProxyType({"update.observed_changed": "changes", "ingest.gap_detected": "gaps"})
_CALLED = frozenset({"incident.title_changed", "incident.severity_changed"})


class Overviews(Projection[OverviewRow]):
    """One row an incident."""

    name = "overviews"
    version = 1
    types = frozenset(
        {*_BEGIN, *_SETTLE, *_NOTED, *STATUS, *_CALLED, "commitment.due_changed", "surge.detected", "surge.ended"}
    )
    row = OverviewRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the incident, unless it is an exercise, another incident's turn, or not for the public."""
        for_others = event.type == "update.published" and event.text("audience") != "public"
        turned_elsewhere = event.linked_by is not None and (event.type in STATUS or event.type in _CALLED)
        if event.incident is not None and not (event.exercise or for_others or turned_elsewhere):
            yield RowKey(event.incident, KEY)

    def fold(self, row: OverviewRow | None, key: RowKey, event: Event) -> OverviewRow:  # noqa: ARG002
        """Note what the event starts, settles or says."""
        before, kind = row or OverviewRow(), event.type
        if kind in STATUS or kind in _CALLED:
            return before.model_copy(update=_turned(before, event))
        if kind.startswith("surge."):
            return before.model_copy(update=_surged(before, event))
        if (noted := _NOTED.get(kind)) is not None:
            return before.model_copy(update={noted: tuple(sorted({*getattr(before, noted), event.index}))})
        return before.model_copy(update=_timed(before, event))


OVERVIEWS = Overviews()


def _turned(row: OverviewRow, event: Event) -> dict[str, Any]:
    told: dict[str, Any] = dict(told_of_incident(event))
    if (phase := told.pop("status", None)) is not None:
        at = Told(event.index, utc(event.moment))
        told |= {"phase": phase, "turned": at}
        if event.type == "incident.opened" and row.opened is None:
            told["opened"] = at
        if event.type == "incident.reopened":
            told["reopened"] = (*row.reopened, event.index)
    return told


def _surged(row: OverviewRow, event: Event) -> dict[str, Any]:
    series = event.text("series") or ""
    if event.type == "surge.ended":
        return {"surges": {name: told for name, told in row.surges.items() if name != series}}
    at = Told(event.index, utc(surge_begun(event)))
    first = at if row.began is None else min(row.began, at, key=lambda told: (told.at, told.event))
    return {"began": first, "surges": {series: at, **row.surges}}


def _timed(row: OverviewRow, event: Event) -> dict[str, Any]:
    moment = utc(event.moment)
    if event.type in _SETTLE:
        where, field = _SETTLE[event.type]
        clock, name = _clock(row, where, str(event.value(field)))
        settled = moment if clock.settled is None else min(clock.settled, moment)
        return {where: {**getattr(row, where), name: clock._replace(settled=settled)}}
    if event.type == "commitment.due_changed":
        clock, name = _clock(row, "commitments", str(event.value("commitment_id")))
        return {"commitments": {**row.commitments, name: clock._replace(due=event.time_said("due"))}}
    where, named, due = _BEGIN[event.type]
    clock, name = _clock(row, where, str(event.index if named is None else event.value(named)))
    if clock.event is not None:
        return {}
    known = clock.due or event.time_said(due)
    return {where: {**getattr(row, where), name: clock._replace(event=event.index, at=moment, due=known)}}


def _clock(row: OverviewRow, where: str, name: str) -> tuple[Running, str]:
    clocks: Clocks = getattr(row, where)
    return clocks.get(name, Running()), name
