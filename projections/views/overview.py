"""An incident at a glance: its phase, the clocks that run, who waits, what is already known to be wrong."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from events.visibility import Internal, Public
from projections.comment_states import of_state, real
from projections.comment_table import CommentTable, Mask
from projections.comments import ContentRow
from projections.incidents import IncidentRow
from projections.instants import instant
from projections.overviews import KEY, OVERVIEWS, OverviewRow, Running, Told
from projections.shown import Figure, Shown, counted, figure
from projections.view import Moment, Query, Rows, View

_LISTED = 10
_OVER = frozenset({"closed", "merged"})


class Standing(Shown):
    """A surge that hasn't ended: its series, the event that detected it, and where its bucket begins."""

    series: Public[str]
    index: Public[int]
    since: Public[datetime]


class Due(Shown):
    """A clock that runs: its name, the event that started it, when it's due, by how much it's overdue (null: not)."""

    name: Public[str]
    index: Public[int]
    due: Public[datetime | None]
    overdue_seconds: Public[float | None]


class Clocks(Shown):
    """The clocks of an incident. Of open commitments the ten that are due next are listed."""

    since_beginning_seconds: Public[Figure]
    since_opening_seconds: Public[Figure]
    first_statement_seconds: Public[Figure]
    next_update: Public[Due | None]
    steps_overdue: Public[tuple[Due, ...]]
    commitments_open: Public[Figure]
    commitments: Public[tuple[Due, ...]]
    escalations: Internal[tuple[Due, ...]]


class Findings(Shown):
    """What is already known to be wrong: the events that made a promise not kept in time, or that say what was seen."""

    missed_cadence: Public[Figure]
    missed_commitments: Public[Figure]
    overdue_steps: Public[Figure]
    undeclared_changes: Public[Figure]
    gaps: Public[Figure]
    unacknowledged_escalations: Internal[Figure]


class Overview(Shown):
    """An incident as it stands, but for its comments."""

    title: Public[str | None]
    severity: Public[str | None]
    phase: Public[str]
    phase_since: Public[datetime | None]
    phase_event: Public[int | None]
    reopened: Public[Figure]
    surges: Public[tuple[Standing, ...]]
    clocks: Public[Clocks]
    findings: Public[Findings]


class OverviewAnswer(Overview):
    """An incident as it stands. `waiting` as `comment_states.waiting` has it."""

    received: Public[Figure]
    answered: Public[Figure]
    waiting: Public[Figure]
    hidden: Public[Figure]
    removed: Public[Figure]
    waiting_longest: Public[int | None]
    waiting_since: Public[datetime | None]


class OverviewItem(Overview):
    """An incident in the list of all. `received` counts events, `waiting` comments; `…/overview` has all figures."""

    incident: Public[str]
    last_event: Public[int]
    last_accepted_at: Public[str]
    received: Public[int]
    waiting: Public[int]
    waiting_longest: Public[int | None]
    waiting_since: Public[datetime | None]


class OverviewView(View[Query, OverviewAnswer]):
    """An incident at a glance: phase, clocks, who waits, and what is known to be wrong."""

    name = "overview"
    rows = (OVERVIEWS,)
    comments = True
    query = Query
    answer = OverviewAnswer

    def render(self, rows: Rows, moment: Moment, query: Query) -> OverviewAnswer:  # noqa: ARG002
        """Join the clocks with the counts of the comments."""
        row, table = rows.of(OVERVIEWS).get(KEY, OverviewRow()), rows.comments
        among = real(table)
        waits = of_state(table, "waiting")
        longest = _longest(table, waits)

        def those(chosen: Mask) -> Figure:
            return counted(np.sort(table.column("received")[among & chosen]))

        return OverviewAnswer(
            **_parts(row, moment.at),
            received=those(among),
            answered=those(table.has("answered")),
            waiting=those(waits),
            hidden=those(table.has("hidden")),
            removed=those(table.has("removed")),
            waiting_longest=longest.event if longest else None,
            waiting_since=longest.at if longest else None,
        )


def overview_item(
    incident: IncidentRow, row: OverviewRow | None, waiting: int, oldest: ContentRow | None, at: datetime
) -> OverviewItem:
    """Return an incident's line in the list of all, from the rows that are kept of it."""
    return OverviewItem(
        **_parts(row or OverviewRow(), at),
        incident=incident.incident,
        last_event=incident.last_index,
        last_accepted_at=incident.last_accepted_at,
        received=incident.counts.get("comment.received", 0),
        waiting=waiting,
        waiting_longest=oldest.received if oldest else None,
        waiting_since=instant(oldest.at) if oldest and oldest.at is not None else None,
    )


def overview_without_comments(row: OverviewRow, at: datetime) -> Overview:
    """Return an incident as it stands `at` a time, but for its comments, from its small row."""
    return Overview(**_parts(row, at))


def _longest(table: CommentTable, waits: Mask) -> Told | None:
    if not waits.any():
        return None
    received, at = table.column("received")[waits], table.column("at")[waits]
    place = np.lexsort((received, at))[0]
    return Told(int(received[place]), instant(int(at[place])))


def _parts(row: OverviewRow, at: datetime) -> dict[str, Any]:
    return {
        "title": row.title,
        "severity": row.severity,
        "phase": row.phase,
        "phase_since": row.turned.at if row.turned else None,
        "phase_event": row.turned.event if row.turned else None,
        "reopened": counted(row.reopened),
        "surges": tuple(
            Standing(series=name, index=told.event, since=told.at) for name, told in sorted(row.surges.items())
        ),
        "clocks": _clocks(row, at),
        "findings": _findings(row, at),
    }


def _clocks(row: OverviewRow, at: datetime) -> Clocks:
    began, updates = row.began or row.opened, _updates(row)
    statement = Told(updates[0][0], updates[0][1]) if updates else None
    promised = (
        [] if row.phase in _OVER else [_due("next update", row.updates[str(index)], at) for index, *_ in updates[-1:]]
    )
    commitments = _running(row.commitments.items(), at)
    return Clocks(
        since_beginning_seconds=_since(began, at),
        since_opening_seconds=_since(row.opened, at),
        first_statement_seconds=_between(began, statement),
        next_update=next((due for due in promised if due.due is not None), None),
        steps_overdue=_running(row.steps.items(), at),
        commitments_open=counted(sorted(due.index for due in commitments)),
        commitments=commitments[:_LISTED],
        escalations=_running(row.escalations.items(), at),
    )


def _findings(row: OverviewRow, at: datetime) -> Findings:
    return Findings(
        missed_cadence=counted(sorted(_silences(row, at))),
        missed_commitments=counted(_late(row.commitments.values(), at)),
        overdue_steps=counted(_late(row.steps.values(), at)),
        undeclared_changes=counted(row.changes),
        gaps=counted(row.gaps),
        unacknowledged_escalations=counted(_late(row.escalations.values(), at)),
    )


def _updates(row: OverviewRow) -> Sequence[tuple[int, datetime, datetime | None]]:
    """Return the public updates as index, time and the time promised for the next, in the order of their times."""
    told = [(clock.event, clock.at, clock.due) for clock in row.updates.values()]
    known = [(index, at, due) for index, at, due in told if index is not None and at is not None]
    return sorted(known, key=lambda update: (update[1], update[0]))


def _silences(row: OverviewRow, at: datetime) -> Iterable[int]:
    """Yield the updates whose promised next one came late, or not yet though its time has passed and it isn't over."""
    updates = _updates(row)
    for (index, _, due), (_, came, _) in pairwise(updates):
        if due is not None and came > due:
            yield index
    for index, _, due in updates[-1:]:
        over = row.turned.at if row.turned and row.phase in _OVER else at
        if due is not None and due < over:
            yield index


def _late(clocks: Iterable[Running], at: datetime) -> list[int]:
    """Return the events of the clocks that were settled after their time, or aren't though it has passed."""
    return sorted(
        clock.event
        for clock in clocks
        if clock.event is not None and clock.due is not None and clock.due < (clock.settled or at)
    )


def _running(clocks: Iterable[tuple[str, Running]], at: datetime) -> tuple[Due, ...]:
    lines = [_due(name, clock, at) for name, clock in clocks if clock.event is not None and clock.settled is None]
    return tuple(sorted(lines, key=lambda due: (due.due is None, due.due or at, due.index)))


def _due(name: str, clock: Running, at: datetime) -> Due:
    overdue = (at - clock.due).total_seconds() if clock.due is not None and clock.due < at else None
    return Due(name=name, index=clock.event or 0, due=clock.due, overdue_seconds=overdue)


def _since(begun: Told | None, at: datetime) -> Figure:
    return figure((at - begun.at).total_seconds(), [begun.event]) if begun else figure(None, ())


def _between(begun: Told | None, came: Told | None) -> Figure:
    if begun is None or came is None:
        return figure(None, ())
    return figure((came.at - begun.at).total_seconds(), sorted({begun.event, came.event}))
