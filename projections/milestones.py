"""The milestones of an incident: when it began, was opened and closed, when the plan and the first update came.

Most times are compared with one moment: when it began, by the first surge's bucket. A later `incident.opened` can't
make the answer look quicker than it was.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from events.times import read_time
from projections.comments import by_machine
from projections.event import Event
from projections.projection import Projection, Row, RowKey


class Milestone(NamedTuple):
    """Something that happened for the first time: the index of the `event` that says so, and when."""

    event: int
    at: datetime


class Turn(NamedTuple):
    """A turn in the incident's life: the index of the event, when, and its type."""

    event: int
    at: datetime
    what: str


class SurgeTurn(NamedTuple):
    """A surge detected or ended: the index of the event, when, its type, the series, and where its bucket begins."""

    event: int
    at: datetime
    what: str
    series: str | None
    bucket_from: datetime


class Beginning(NamedTuple):
    """When an incident began, the index of the event that says so, and what kind of event that is."""

    what: Literal["surge", "opened", "comment"]
    event: int
    at: datetime


class MilestonesRow(Row):
    """One incident. What is "first" came first by its source's clock, however late it was recorded; drills don't count.

    `lifecycle` holds all openings, resolutions, closures, mergers and reopenings, `surges` all surges detected or
    ended, both in the order of the log.
    """

    first_comment: Milestone | None = None
    first_public_update: Milestone | None = None
    first_activation: Milestone | None = None
    first_acknowledgement: Milestone | None = None
    lifecycle: tuple[Turn, ...] = ()
    surges: tuple[SurgeTurn, ...] = ()

    @property
    def beginning(self) -> Beginning | None:
        """Return when it began: the earliest bucket of a surge, else the first opening, else the first comment."""
        surges = [(turn.bucket_from, turn.event) for turn in self.surges if turn.what == "surge.detected"]
        opened = [(turn.at, turn.event) for turn in self.lifecycle if turn.what == "incident.opened"]
        if surges:
            at, event = min(surges)
            return Beginning("surge", event, at)
        if opened:
            at, event = min(opened)
            return Beginning("opened", event, at)
        first = self.first_comment
        return None if first is None else Beginning("comment", first.event, first.at)

    @property
    def closed(self) -> Turn | None:
        """Return the closure or merger that stands: None where the incident was reopened since, or never closed."""
        turns = [turn for turn in self.lifecycle if turn.what in _ENDS or turn.what == "incident.reopened"]
        last = max(turns, key=lambda turn: (turn.at, turn.event), default=None)
        return last if last is not None and last.what in _ENDS else None


_ENDS = frozenset({"incident.closed", "incident.merged"})
_LIFECYCLE = _ENDS | {"incident.opened", "incident.resolved", "incident.reopened"}
_SURGES = frozenset({"surge.detected", "surge.ended"})
_FIRSTS: Mapping[str, str] = MappingProxyType(
    {
        "comment.received": "first_comment",
        "update.published": "first_public_update",
        "plan.activated": "first_activation",
        "comment.acknowledged": "first_acknowledgement",
        "escalation.acknowledged": "first_acknowledgement",
    }
)


class Milestones(Projection[MilestonesRow]):
    """One row an incident."""

    name = "milestones"
    version = 1
    types = frozenset({*_FIRSTS, *_LIFECYCLE, *_SURGES})
    row = MilestonesRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the incident, unless the event is of a drill, tells others than the public, or a machine has seen."""
        told_others = event.type == "update.published" and event.text("audience") != "public"
        machine = event.type.endswith(".acknowledged") and by_machine(event)
        if event.incident is not None and not event.exercise and not told_others and not machine:
            yield RowKey(event.incident, "")

    def fold(self, row: MilestonesRow | None, key: RowKey, event: Event) -> MilestonesRow:  # noqa: ARG002
        """Note a turn once; note what came first, though an earlier one may be recorded later."""
        before = row or MilestonesRow()
        where = _FIRSTS.get(event.type)
        changes = _turned(before, event) if where is None else _come_first(getattr(before, where), where, event)
        return before.model_copy(update=changes) if changes else before


MILESTONES = Milestones()


def _come_first(before: Milestone | None, where: str, event: Event) -> dict[str, Any]:
    at = event.moment
    if before is not None and (before.at, before.event) <= (at, event.index):
        return {}
    return {where: Milestone(event.index, at)}


def _turned(row: MilestonesRow, event: Event) -> dict[str, Any]:
    noted = {turn.event for turn in row.lifecycle} | {turn.event for turn in row.surges}
    if event.index in noted:
        return {}
    if event.type in _LIFECYCLE:
        return {"lifecycle": (*row.lifecycle, Turn(event.index, event.moment, event.type))}
    turn = SurgeTurn(event.index, event.moment, event.type, event.text("series"), surge_begun(event))
    return {"surges": (*row.surges, turn)}


def surge_begun(event: Event) -> datetime:
    """Return when the bucket begins that a surge's turn names, else when the turn is said to have happened."""
    bucket = event.value("bucket")
    begun = bucket.get("from") if isinstance(bucket, dict) else None
    return read_time(begun) if isinstance(begun, str) else event.moment
