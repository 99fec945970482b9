"""Commitments: what was promised, until when, and what became of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, get_args

from events.visibility import Internal, Public
from projections.commitments import COMMITMENTS, CommitmentRow, DueChange, State, Verdict, judge
from projections.instants import instant, micros
from projections.shares import Share, share
from projections.shown import Figure, Shown, counted, figure
from projections.view import Moment, Query, Rows, View


class MovedDue(Shown):
    """A promise's time was moved. `counts`: whether that was before it passed."""

    index: Public[int]
    at: Public[datetime]
    from_: Public[datetime]
    due: Public[datetime]
    reason: Public[str]
    counts: Public[bool]


class Commitment(Shown):
    """One promise, judged at the moment of the view. `missed_recorded`: the ledger's own record of the miss, if any."""

    commitment: Public[str]
    state: Public[State]
    audience: Public[str | None]
    promise: Public[str | None]
    internal_promise: Internal[str | None]
    owner: Internal[str | None]
    theme: Public[str | None]
    made_at: Public[datetime | None]
    first_due: Public[datetime | None]
    due: Public[datetime | None]
    moved: Public[tuple[MovedDue, ...]]
    kept_at: Public[datetime | None]
    cancelled_because: Public[str | None]
    missed_recorded: Public[int | None]
    indexes: Public[tuple[int, ...]]


class CommitmentsAnswer(Shown):
    """How many promises were made and what became of them.

    `kept_rate`: kept on time of those due: kept, kept late or missed. A promise taken back, or not due yet, is neither.
    """

    made: Public[Figure]
    due: Public[Figure]
    states: Public[dict[str, Figure]]
    kept_rate: Public[Share]
    moved: Public[Figure]
    never_made: Public[Figure]
    exercises: Public[Figure]
    commitments: Public[tuple[Commitment, ...]]


class CommitmentsView(View[Query, CommitmentsAnswer]):
    """What was promised, when it was due, and whether it was kept."""

    name = "commitments"
    rows = (COMMITMENTS,)
    query = Query
    answer = CommitmentsAnswer
    line: ClassVar[type[Shown] | None] = Commitment

    def render(self, rows: Rows, moment: Moment, query: Query) -> CommitmentsAnswer:  # noqa: ARG002
        """Judge every promise at the moment."""
        return commitments_answer(rows, moment)

    def table(self, answer: CommitmentsAnswer) -> Sequence[Shown]:
        """Return the promises."""
        return answer.commitments


def commitments_answer(rows: Rows, moment: Moment) -> CommitmentsAnswer:
    """Return the incident's promises, judged at the moment."""
    every = rows.of(COMMITMENTS)
    made = {name: row for name, row in every.items() if row.made is not None and not row.exercise}
    verdicts = {name: judge(row, micros(moment.at)) for name, row in made.items()}
    states = {state: _those(verdicts, state) for state in get_args(State)}
    due = _those(verdicts, "kept", "kept_late", "missed")
    return CommitmentsAnswer(
        made=counted(sorted(row.made for row in made.values() if row.made is not None)),
        due=due,
        states=states,
        kept_rate=_kept_rate(verdicts),
        moved=counted(sorted(change.event for row in made.values() for change in row.changes)),
        never_made=counted(
            sorted(i for row in every.values() if row.made is None and not row.exercise for i in row.indexes)
        ),
        exercises=counted(sorted(row.made for row in every.values() if row.exercise and row.made is not None)),
        commitments=tuple(_shown(name, row, verdicts[name]) for name, row in _by_making(made)),
    )


def _never_made(rows: Iterable[CommitmentRow]) -> Iterable[CommitmentRow]:
    return (row for row in rows if row.made is None and not row.exercise)


def _by_making(made: dict[str, CommitmentRow]) -> list[tuple[str, CommitmentRow]]:
    return sorted(made.items(), key=lambda item: item[1].made or 0)


def _those(verdicts: dict[str, Verdict], *states: str) -> Figure:
    """Count promises in some states; behind them stand all events that made them so."""
    chosen = [verdict for verdict in verdicts.values() if verdict.state in states]
    return figure(len(chosen), sorted({index for verdict in chosen for index in verdict.indexes}))


def _kept_rate(verdicts: dict[str, Verdict]) -> Share:
    """Return kept on time/due, with Wilson's interval."""
    return share(_those(verdicts, "kept"), _those(verdicts, "kept", "kept_late", "missed"))


def _shown(name: str, row: CommitmentRow, verdict: Verdict) -> Commitment:
    kept = min((said.at for said in row.kept), default=None)
    return Commitment(
        commitment=name,
        state=verdict.state,
        audience=row.audience,
        promise=row.promise,
        internal_promise=row.internal_promise,
        owner=row.owner,
        theme=row.theme,
        made_at=_moment(row.made_at),
        first_due=_moment(row.first_due),
        due=_moment(verdict.due),
        moved=tuple(_moved(change, change.event in verdict.indexes) for change in row.changes),
        kept_at=_moment(kept),
        cancelled_because=row.cancelled[0].what if row.cancelled else None,
        missed_recorded=row.missed[0].event if row.missed else None,
        indexes=row.indexes,
    )


def _moved(change: DueChange, counts: bool) -> MovedDue:  # noqa: FBT001 - named at its one call's place
    return MovedDue(
        index=change.event,
        at=instant(change.at),
        from_=instant(change.from_),
        due=instant(change.due),
        reason=change.reason,
        counts=counts,
    )


def _moment(at: int | None) -> datetime | None:
    return None if at is None else instant(at)
