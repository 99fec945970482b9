"""Due times as they were moved: by a declared change, or by telling the same promise again with another time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from projections.event import Event

MADE = {"commitment.made": ("commitment_id", "due"), "update.published": ("update_id", "next_update_due")}
"""The types that set a due time: the field that names the promise, and the one that says the time."""


class Move(NamedTuple):
    """A promise's time became `after` instead of `due`, said at `at`; `indexes`: by which event, set before by which.

    `undeclared`: told again or corrected, not by `commitment.due_changed` from the time that stood.
    """

    indexes: tuple[int, ...]
    at: datetime
    due: datetime
    after: datetime
    audience: str
    subject: str
    reason: bool
    undeclared: bool


@dataclass(slots=True)
class _Standing:
    due: datetime
    index: int
    audience: str
    subject: str


class DueTimes:
    """Follows the times of commitments and of promised next updates. Memory: a few words a promise."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._standing: dict[tuple[str | None, str], _Standing] = {}
        self._set_by: dict[int, tuple[str | None, str]] = {}
        self._moves: list[Move] = []

    def take(self, event: Event) -> None:
        """Take what sets, changes or corrects a due time."""
        if event.type in MADE:
            self._set(event, *MADE[event.type])
        elif event.type == "commitment.due_changed":
            self._change(event)
        elif event.type == "event.corrected":
            self._correct(event)

    def moves(self) -> Iterator[Move]:
        """Yield every move, in the order of the log."""
        yield from self._moves

    def _set(self, event: Event, named: str, field: str) -> None:
        name, due = event.text(named), event.time_said(field)
        if name is None or due is None:
            return
        key = (event.incident, f"{named.removesuffix('_id')}|{name}")
        before = self._standing.get(key)
        self._set_by[event.index] = key
        if before is None:
            audience = event.text("audience") or "public"
            self._standing[key] = _Standing(due, event.index, audience, key[1])
        elif before.due != due:
            self._move(event, before, due, undeclared=True)

    def _change(self, event: Event) -> None:
        before = self._standing.get((event.incident, f"commitment|{event.text('commitment_id')}"))
        due, from_ = event.time_said("due"), event.time_said("from")
        if before is not None and due is not None:
            self._move(event, before, due, undeclared=from_ is not None and from_ != before.due)

    def _correct(self, event: Event) -> None:
        target = event.value("target_event")
        key = self._set_by.get(target) if isinstance(target, int) else None
        field = event.text("field")
        if key is None or field not in {"due", "next_update_due"}:
            return
        try:
            due = event.time_said("to")
        except ValueError:  # a correction may say anything
            return
        before = self._standing[key]
        if due is not None and due != before.due:
            self._move(event, before, due, undeclared=True)

    def _move(self, event: Event, before: _Standing, due: datetime, *, undeclared: bool) -> None:
        self._moves.append(
            Move(
                (event.index, before.index),
                event.moment,
                before.due,
                due,
                before.audience,
                before.subject,
                bool((event.text("reason") or "").strip()),
                undeclared,
            )
        )
        before.due, before.index = due, event.index
