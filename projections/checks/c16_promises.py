"""C16, promise audit: what was promised until a time was done by then, or openly not; no time was moved in silence."""

from collections.abc import Iterator
from datetime import timedelta

from projections.checks.c16_rules import (
    AFTER_MISS,
    LATE,
    LATE_UPDATE,
    MISSED,
    MOVED_LATE,
    NO_REASON,
    NO_UPDATE,
    REPLACED,
    UNPROVEN,
)
from projections.checks.check import Check
from projections.checks.due_times import DueTimes
from projections.checks.finding import Facts, Finding, Rule, Words
from projections.checks.ground import Ground
from projections.checks.next_updates import NextUpdates, Promised
from projections.checks.wording import told_span, told_time
from projections.commitments import COMMITMENTS, CommitmentRow, judge
from projections.event import Event
from projections.instants import instant, micros
from projections.projection import RowKey

PUBLIC = "public"
KEPT = "commitment.kept"
PUBLISHED = "update.published"


class PromiseAudit(Check):
    """Judges commitments as `projections/commitments.py` folds them, and promised next updates by audience."""

    code = "C16"
    title = Words("Promises are kept, or openly not", "Les promesses sont tenues, ou leur échec est dit")
    needs = Words("Promises with their times.", "Des promesses et leurs échéances.")
    rules = (
        *MISSED,
        *NO_UPDATE,
        *UNPROVEN,
        *MOVED_LATE,
        *REPLACED,
        LATE,
        LATE_UPDATE,
        NO_REASON,
        AFTER_MISS,
    )
    types = COMMITMENTS.types | {PUBLISHED, "cadence.missed", "event.corrected"}

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._rows: dict[tuple[str | None, str], CommitmentRow] = {}
        self._dues = DueTimes()
        self._updates = NextUpdates()
        self._unproven: list[tuple[int, CommitmentRow]] = []

    def take(self, event: Event) -> None:
        """Take what is promised, moved, kept or noted as missed."""
        self._dues.take(event)
        if event.type in {PUBLISHED, "cadence.missed"}:
            self._updates.take(event)
        elif event.type in COMMITMENTS.types and (name := event.text("commitment_id")) is not None:
            key = (event.incident, name)
            row = self._rows[key] = COMMITMENTS.fold(self._rows.get(key), RowKey(event.incident or "", name), event)
            if event.type == KEPT and not _shown(event):
                self._unproven.append((event.index, row))

    def findings(self) -> Iterator[Finding]:
        """Yield what became of each promise, and every move of a time that was not declared in time."""
        for (_, name), row in self._rows.items():
            yield from self._commitment(row, f"commitment|{name}")
        for index, row in self._unproven:
            yield self.found(_of(UNPROVEN, row.audience), [index, *_known(row.made)])
        for promised in self._updates.promised():
            yield from self._update(promised)
        for move in self._dues.moves():
            told: Facts = {"due": told_time(move.due), "after": told_time(move.after), "moved": told_time(move.at)}
            subject = move.subject
            if move.undeclared:
                yield self.found(_of(REPLACED, move.audience), move.indexes, subject, **told)
            elif move.at > move.due + self._grace:
                yield self.found(_of(MOVED_LATE, move.audience), move.indexes, subject, **told)
            if not move.undeclared and not move.reason:
                yield self.found(NO_REASON, move.indexes, subject, **told)

    @property
    def _grace(self) -> timedelta:
        return timedelta(seconds=self.ground.settings.due_grace_seconds)

    def _commitment(self, row: CommitmentRow, subject: str) -> Iterator[Finding]:
        came = judge(row, micros(self.ground.at - self._grace))
        if came.due is None:
            return
        due, noted = instant(came.due), [said.event for said in row.missed]
        made = _known(row.made)
        if came.state == "missed":
            told: Facts = {"due": told_time(due), "now": told_time(self.ground.at)}
            yield self.found(_of(MISSED, row.audience), [*made, *noted], subject, **told)
        if came.state in {"kept", "kept_late"}:
            kept = min(row.kept, key=lambda said: said.at)
            late = instant(kept.at) - due
            if late > self._grace:
                indexes = [kept.event, *made, *noted]
                yield self.found(LATE, indexes, subject, due=told_time(due), late=told_span(late))
            elif noted and noted[0] < kept.event:
                yield self.found(AFTER_MISS, [kept.event, noted[0], *made], subject, due=told_time(due))

    def _update(self, promised: Promised) -> Iterator[Finding]:
        due, came, indexes = promised.due, promised.came, [promised.index, *promised.noted]
        if came is None:
            if self.ground.at > due + self._grace:
                missed: Facts = {"due": told_time(due), "now": told_time(self.ground.at)}
                yield self.found(_of(NO_UPDATE, promised.audience), indexes, **missed)
        elif came.at > due + self._grace:
            told: Facts = {"due": told_time(due), "late": told_span(came.at - due)}
            yield self.found(LATE_UPDATE, [came.index, *indexes], **told)
        elif promised.noted and promised.noted[0] < came.index:
            yield self.found(AFTER_MISS, [came.index, *indexes], due=told_time(due))


def _of(pair: tuple[Rule, Rule], audience: str | None) -> Rule:
    return pair[0] if audience in {None, PUBLIC} else pair[1]


def _known(index: int | None) -> list[int]:
    return [] if index is None else [index]


def _shown(event: Event) -> bool:
    """Tell whether evidence is named: a file, an address, or an event that stands before."""
    evidence = event.value("evidence")
    items = evidence if isinstance(evidence, list) else []
    return any(item < event.index if isinstance(item, int) else bool(item) for item in items)
