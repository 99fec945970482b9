"""Commitments: what was promised until when, every change of that, and whether it was kept."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from projections.comments import Said
from projections.event import Event
from projections.instants import micros
from projections.projection import ObjectProjection, ObjectRow, RowKey, of_incident

State = Literal["open", "kept", "kept_late", "missed", "cancelled"]


class DueChange(NamedTuple):
    """A promise's time was moved: the `event` that says so, when, from when to when (µs since 1970), and why."""

    event: int
    at: int
    from_: int
    due: int
    reason: str


class CommitmentRow(ObjectRow):
    """One promise. Whom it was made to is personal and not kept. Times are µs since 1970.

    `missed` is the ledger's own record that its time passed; what counts is judged anew (`judge`).
    """

    made: int | None = None
    made_at: int | None = None
    first_due: int | None = None
    audience: str | None = None
    promise: str | None = None
    internal_promise: str | None = None
    owner: str | None = None
    theme: str | None = None
    changes: tuple[DueChange, ...] = ()
    kept: tuple[Said, ...] = ()
    missed: tuple[Said, ...] = ()
    cancelled: tuple[Said, ...] = ()
    exercise: bool = False


class Verdict(NamedTuple):
    """What a promise came to: its state, the time that counts for it, and the events that say so."""

    state: State
    due: int | None
    indexes: tuple[int, ...]


class Commitments(ObjectProjection[CommitmentRow]):
    """One row a promise and incident."""

    name = "commitments"
    version = 1
    types = frozenset(f"commitment.{step}" for step in ("made", "due_changed", "kept", "missed", "cancelled"))
    row = CommitmentRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the promise."""
        return of_incident(event, event.text("commitment_id"))

    def change(self, row: CommitmentRow, event: Event) -> CommitmentRow:
        """Return the promise as made, moved, kept, missed or cancelled."""
        step, at = event.type.removeprefix("commitment."), micros(event.moment)
        row = row.model_copy(update={"exercise": event.exercise})
        if step == "made":
            return row if row.made is not None else _made(row, event, at)
        if step == "due_changed":
            before, after = _time(event, "from"), _time(event, "due")
            if before is None or after is None:
                return row
            moved = DueChange(event.index, at, before, after, event.text("reason") or "")
            return row.model_copy(update={"changes": (*row.changes, moved)})
        said = Said(event.index, at, event.text("reason") or "")
        return row.model_copy(update={step: (*getattr(row, step), said)})


COMMITMENTS = Commitments()


def judge(row: CommitmentRow, at: int) -> Verdict:
    """Return what a promise came to, seen `at` a time: kept on time where it was kept by its due time, as sources say.

    A due time moved before it passed counts as moved; moved or taken back afterwards, the promise stays missed.
    """
    due = row.first_due if row.first_due is not None else next((change.from_ for change in row.changes), None)
    behind = [row.made] if row.made is not None else []
    for change in row.changes:
        if due is not None and change.at <= due:
            due = change.due
            behind.append(change.event)
    if (taken_back := _taken_back(row, due)) is not None:
        return Verdict("cancelled", due, tuple(sorted([*behind, taken_back.event])))
    if row.kept:
        kept = min(row.kept, key=lambda said: said.at)
        state: State = "kept_late" if due is not None and kept.at > due else "kept"
        return Verdict(state, due, tuple(sorted([*behind, kept.event])))
    return Verdict("missed" if due is not None and due < at else "open", due, tuple(sorted(behind)))


def _taken_back(row: CommitmentRow, due: int | None) -> Said | None:
    """Return what took the promise back in time, before it was kept."""
    first = min(row.cancelled, key=lambda said: said.at, default=None)
    if first is None or (due is not None and first.at > due) or any(said.at <= first.at for said in row.kept):
        return None
    return first


def _made(row: CommitmentRow, event: Event, at: int) -> CommitmentRow:
    told = {name: event.text(name) for name in ("promise", "internal_promise", "owner", "theme")}
    told["audience"] = event.text("audience") or "public"
    first = {"made": event.index, "made_at": at, "first_due": _time(event, "due")}
    return row.model_copy(update={**told, **first})


def _time(event: Event, field: str) -> int | None:
    said = event.time_said(field)
    return None if said is None else micros(said)
