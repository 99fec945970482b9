"""Preventive actions by owner and due time: done in time or late, overdue, verified by another or not."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from events.visibility import Internal, Public
from projections.preventive_actions import ActionRow, ActionStep
from projections.shown import Figure, Shown, counted, figure

_WITHIN = timedelta(days=30)
Actions = Mapping[str, ActionRow]


class Action(Shown):
    """An action as it stands. `due` is the time in force, `first_due` that which was proposed.

    `verified_by_another`: whether a verifier was neither its owner nor the one who completed it; None if unverified.
    """

    action_id: Public[str]
    what: Public[str | None]
    kind: Public[str | None]
    root_cause: Public[str | None]
    state: Public[str]
    due: Public[datetime | None]
    first_due: Public[datetime | None]
    done_at: Public[datetime | None]
    late: Public[bool | None]
    overdue: Public[bool]
    verified_by_another: Public[bool | None]
    events: Public[Figure]
    owner: Internal[str | None]
    verifiers: Internal[tuple[str, ...]]


class Owner(Shown):
    """The actions of one owner, by the events that proposed them."""

    owner: Internal[str]
    actions: Internal[Figure]
    done: Internal[Figure]
    overdue: Internal[Figure]


class ActionFigures(Shown):
    """How many actions came how far. Indexes are of the proposals, completions or verifications that are counted.

    Shares are of `standing`, the actions not cancelled, so that an action still under way counts as not (yet) done.
    """

    proposed: Public[Figure]
    cancelled: Public[Figure]
    standing: Public[Figure]
    completed: Public[Figure]
    completed_in_time: Public[Figure]
    completed_late: Public[Figure]
    completed_within_30_days: Public[Figure]
    overdue: Public[Figure]
    due_moved: Public[Figure]
    verified_by_another: Public[Figure]
    verified_by_owner: Public[Figure]
    in_time_share: Public[Figure]
    within_30_days_share: Public[Figure]
    verified_share: Public[Figure]


def shown_actions(actions: Actions, at: datetime) -> tuple[Action, ...]:
    """Return the actions as they stand at a time, the first due first."""
    lines = (_action(name, row, at) for name, row in actions.items())
    return tuple(sorted(lines, key=lambda line: (line.due is None, line.due or at, line.action_id)))


def by_owner(actions: Actions, at: datetime) -> tuple[Owner, ...]:
    """Return each owner's actions, by the owner's name. Who handed one on no longer owns it."""
    owners = sorted({owner for row in actions.values() if (owner := row.owner())})

    def of(owner: str, chosen: Callable[[ActionRow], bool] = lambda _row: True) -> Figure:
        return counted([row.indexes[0] for row in actions.values() if row.owner() == owner and chosen(row)])

    return tuple(
        Owner(
            owner=owner,
            actions=of(owner),
            done=of(owner, lambda row: row.done is not None),
            overdue=of(owner, lambda row: _overdue(row, at)),
        )
        for owner in owners
    )


def figures(actions: Actions, at: datetime) -> ActionFigures:
    """Return the figures of all `actions` at a time."""
    rows = list(actions.values())
    standing = [row for row in rows if row.state != "cancelled"]
    done = [(row, step) for row in rows if (step := row.done) is not None]
    in_time = [step.event for row, step in done if not _late(row, step)]
    late = [step.event for row, step in done if _late(row, step)]
    soon = [step.event for row, step in done if _within_30_days(row, step)]
    verified = [first for row in rows if (first := _first(row, by_another=True)) is not None]
    owned = [
        first
        for row in rows
        if _first(row, by_another=True) is None and (first := _first(row, by_another=False)) is not None
    ]
    return ActionFigures(
        proposed=_counted(row.indexes[0] for row in rows),
        cancelled=_counted(row.of("cancelled")[0].event for row in rows if row.state == "cancelled"),
        standing=_counted(row.indexes[0] for row in standing),
        completed=_counted(step.event for _, step in done),
        completed_in_time=_counted(in_time),
        completed_late=_counted(late),
        completed_within_30_days=_counted(soon),
        overdue=_counted(row.indexes[0] for row in rows if _overdue(row, at)),
        due_moved=_counted(index for row in rows for index in _due_moves(row)),
        verified_by_another=_counted(verified),
        verified_by_owner=_counted(owned),
        in_time_share=_share(in_time, standing),
        within_30_days_share=_share(soon, standing),
        verified_share=_share(verified, standing),
    )


def verified_by_another(row: ActionRow, step: ActionStep) -> bool:
    """Tell whether a verification is by someone known, who neither owned the action then nor completed it."""
    involved = {done.who for done in row.of("completed")} | {row.owner(step.event)}
    return step.who is not None and step.who not in involved


def _action(name: str, row: ActionRow, at: datetime) -> Action:
    verified, done, due = row.of("verified"), row.done, row.due()
    dues = [step.due for step in row.steps if step.due is not None]
    return Action(
        action_id=name,
        what=row.what,
        kind=row.kind,
        root_cause=row.root_cause,
        state=row.state,
        due=due.due if due else None,
        first_due=dues[0] if dues else None,
        done_at=done.at if done else None,
        late=_late(row, done) if done else None,
        overdue=_overdue(row, at),
        verified_by_another=any(verified_by_another(row, step) for step in verified) if verified else None,
        events=counted(row.indexes),
        owner=row.owner(),
        verifiers=tuple(dict.fromkeys(step.who for step in verified if step.who)),
    )


def _late(row: ActionRow, done: ActionStep) -> bool:
    """Tell whether it was done after the time that was in force when that was recorded."""
    due = row.due(done.event)
    return due is not None and due.due is not None and done.at > due.due


def _overdue(row: ActionRow, at: datetime) -> bool:
    due = row.due()
    under_way = row.done is None and row.state != "cancelled"
    return under_way and due is not None and due.due is not None and due.due < at


def _within_30_days(row: ActionRow, done: ActionStep) -> bool:
    proposed = row.of("proposed")
    return bool(proposed) and done.at - proposed[0].at <= _WITHIN


def _first(row: ActionRow, *, by_another: bool) -> int | None:
    return next((step.event for step in row.of("verified") if verified_by_another(row, step) is by_another), None)


def _due_moves(row: ActionRow) -> list[int]:
    setting = [step for step in row.steps if step.due is not None]
    return [step.event for before, step in pairwise(setting) if before.due != step.due]


def _counted(indexes: Iterable[int]) -> Figure:
    return counted(sorted(indexes))


def _share(part: list[int], standing: list[ActionRow]) -> Figure:
    """Return a share; behind it are the events that count and the proposals that they are a share of."""
    whole = [row.indexes[0] for row in standing]
    return figure(len(part) / len(whole) if whole else None, sorted({*part, *whole}))
