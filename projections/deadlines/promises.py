"""Promised next updates, commitments and escalations: when each falls due, what answered it, and what is on record.

- `update.published` promises the incident's next update to the same audience by `next_update_due`; the next one, by the
  sources' claims, keeps it or comes too late. null promises nothing. One withdrawn later was an update all the same.
- A commitment is due as `commitment.made` says, until `commitment.due_changed` moves it: in time, or after it was
  missed. `commitment.kept` and `commitment.cancelled` end it.
- An escalation is due by its `deadline`; `escalation.acknowledged` answers it.

A drill's answers answer the drill's promises alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from events.strict import JsonObject
from projections.deadlines.clock_event import ClockEvent, judged_at, written
from projections.event import Event
from projections.instants import instant, micros, ranked
from projections.projection import Projection, Row, RowKey

KEPT = 256
"""How many due times and answers a row keeps, the latest: more than any incident has updates."""


class Due(NamedTuple):
    """A time by which something is due, set by the event `cause` at `set`, of which the ledger heard at `told`."""

    set: int
    cause: int
    at: int
    told: int
    audience: str
    exercise: bool


class Answer(NamedTuple):
    """Something that answers what was due. `final`: whatever the due time, as soon as it is known of."""

    at: int
    event: int
    final: bool
    audience: str
    exercise: bool


class PromiseRow(Row):
    """An incident's updates, a commitment or an escalation. `recorded`: causes, and the clock events about them."""

    kind: str
    name: str
    incident: str | None = None
    dues: tuple[Due, ...] = ()
    answers: tuple[Answer, ...] = ()
    recorded: tuple[tuple[int, int], ...] = ()


class _Says(NamedTuple):
    """What a type says: the field that sets a due time, whether it answers one set before, and whether for good."""

    due: str | None = None
    answers: bool = False
    final: bool = False


_SAYS: Mapping[str, _Says] = MappingProxyType(
    {
        "update.published": _Says("next_update_due", answers=True),
        "commitment.made": _Says("due"),
        "commitment.due_changed": _Says("due", answers=True),
        "commitment.kept": _Says(answers=True, final=True),
        "commitment.cancelled": _Says(answers=True, final=True),
        "escalation.raised": _Says("deadline"),
        "escalation.acknowledged": _Says(answers=True, final=True),
    }
)
_CAUSES: Mapping[str, str] = MappingProxyType(
    {"cadence.missed": "last_update", "commitment.missed": "cause", "escalation.expired": "escalation"}
)
"""The clock events, and the field of each that names what it follows from."""


class Promises(Projection[PromiseRow]):
    """One row an incident's updates, a commitment, an escalation. Ranked by the time at which a miss can be told."""

    name = "promises"
    version = 1
    types = frozenset({*_SAYS, *_CAUSES})
    row = PromiseRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the object. What is linked into an incident is an update of that incident too; else it is no news."""
        kind, _, what = event.type.partition(".")
        if kind in {"update", "cadence"}:
            yield RowKey("", f"update|{event.incident or ''}")
        elif event.linked_by is None:
            name = event.index if what == "raised" else event.value(f"{kind}_id" if kind == "commitment" else kind)
            if name is not None:
                yield RowKey("", f"{kind}|{name}")

    def fold(self, row: PromiseRow | None, key: RowKey, event: Event) -> PromiseRow:
        """Take what the event promises, answers or puts on record."""
        before = row or _blank(key)
        if event.type in _CAUSES:
            cause = event.value(_CAUSES[event.type])
            recorded = {*before.recorded, (cause, event.index)} if isinstance(cause, int) else before.recorded
            return before.model_copy(update={"recorded": tuple(sorted(recorded))[-KEPT:]})
        says, dues, answers = _SAYS[event.type], {*before.dues}, {*before.answers}
        if says.answers:
            answers.add(_answer(event, final=says.final))
        if says.due and event.linked_by is None and (at := event.time_said(says.due)) is not None:
            dues.add(_due(event, micros(at)))
        told = {
            "incident": event.incident
            if before.incident is None or event.type == "commitment.made"
            else before.incident,
            "dues": tuple(sorted(dues))[-KEPT:],
            "answers": tuple(sorted(answers))[-KEPT:],
        }
        return before.model_copy(update=told)

    def rank(self, row: PromiseRow) -> str | None:
        """Return the first time at which something of the row can be said to have been missed."""
        times = [at for due in row.dues if (at := _judged_at(row, due)) is not None]
        return ranked(min(times)) if times else None


PROMISES = Promises()


def missed(row: PromiseRow, now: datetime) -> Iterator[ClockEvent]:
    """Yield the clock events about what was missed by `now` and is not on record."""
    for due in row.dues:
        at = _judged_at(row, due)
        if at is not None and at <= micros(now):
            exercise: JsonObject = {"exercise": True} if due.exercise else {}
            type_, data = _miss(row, due)
            yield ClockEvent(type_, f"{type_}:{due.cause}", instant(due.at), data | exercise, row.incident)


def first_answer(row: PromiseRow, due: Due) -> Answer | None:
    """Return what first answered a due time, in time or not."""
    return min((answer for answer in row.answers if _answers(answer, due)), default=None)


def _blank(key: RowKey) -> PromiseRow:
    kind, _, name = key.key.partition("|")
    return PromiseRow(kind=kind, name=name)


def _due(event: Event, at: int) -> Due:
    return Due(micros(event.moment), event.index, at, micros(event.accepted), _audience(event), event.exercise)


def _answer(event: Event, *, final: bool) -> Answer:
    return Answer(micros(event.moment), event.index, final, _audience(event), event.exercise)


def _audience(event: Event) -> str:
    """Return whom an update is for; a commitment's audience is no matter to what keeps it."""
    return (event.text("audience") or "") if event.type == "update.published" else ""


def _answers(answer: Answer, due: Due) -> bool:
    if (answer.audience, answer.exercise) != (due.audience, due.exercise):
        return False
    # A source's clock may be slow: what ends a promise may claim to be from before it.
    return (answer.at, answer.event) > (due.set, due.cause) or (answer.final and answer.event > due.cause)


def _judged_at(row: PromiseRow, due: Due) -> int | None:
    if any(cause == due.cause for cause, _ in row.recorded):
        return None
    answer = first_answer(row, due)
    return judged_at(due.at, due.told, answer and answer.at)


def _miss(row: PromiseRow, due: Due) -> tuple[str, JsonObject]:
    match row.kind:
        case "update":
            return "cadence.missed", {"due_at": written(due.at), "last_update": due.cause}
        case "escalation":
            return "escalation.expired", {"escalation": due.cause, "deadline": written(due.at)}
    return "commitment.missed", {"commitment_id": row.name, "due": written(due.at), "cause": due.cause}
