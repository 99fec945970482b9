"""Erasures: what was asked, decided and destroyed by law, and the holds that forbid it. No person stands here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from events.entry import parse_instant
from events.visibility import Public
from projections.event import Event
from projections.projection import ObjectProjection, ObjectRow, RowKey, index_key, of_ledger
from projections.shown import Figure, Shown, counted, figure

REQUESTED, DECIDED, DESTROYED = "subject.erasure_requested", "subject.erasure_decided", "key.destroyed"
_PLACED, _RELEASED = "legal_hold.placed", "legal_hold.released"


class ErasureRow(ObjectRow):
    """What one event of the law says. `refers` is the event that it answers: a request, a decision, a hold.

    `erased` are the events that a tombstone names; `said` are scope and authority of a hold, by which a release that
    names none finds it.
    """

    type: str = ""
    accepted_at: str = ""
    law: str | None = None
    decision: str | None = None
    refers: int | None = None
    erased: tuple[int, ...] = ()
    fields: int = 0
    event_counts: dict[str, int] = Field(default_factory=dict)
    said: tuple[str | None, str | None] | None = None


class Erasures(ObjectProjection[ErasureRow]):
    """One row an event, under no incident. Exercises erase nothing and are left out."""

    name = "erasures"
    version = 1
    types = frozenset({REQUESTED, DECIDED, DESTROYED, _PLACED, _RELEASED})
    row = ErasureRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the row of the event."""
        return of_ledger(event, index_key(event.index))

    def change(self, row: ErasureRow, event: Event) -> ErasureRow:
        """Take over what is public of it, and whatever else its place in the register needs."""
        changes: dict[str, Any] = {"type": event.type, "accepted_at": event.accepted_at, "law": event.text("law")}
        match event.type:
            case "subject.erasure_decided":
                changes |= {"decision": event.text("decision"), "refers": _index(event.value("request"))}
            case "key.destroyed":
                changes |= {"refers": _index(event.value("decision")), **_scope(event)}
            case "legal_hold.placed" | "legal_hold.released":
                said = (event.text("scope"), event.text("authority"))
                changes |= {"refers": _index(event.value("hold")), "said": said}
        return row.model_copy(update=changes)


def _index(value: object) -> int | None:
    return value if type(value) is int else None


def _scope(event: Event) -> dict[str, Any]:
    scope, counts = event.value("scope"), event.value("event_counts")
    items = [item for item in scope if isinstance(item, dict)] if isinstance(scope, list) else []
    return {
        "erased": tuple(item["index"] for item in items),
        "fields": sum(len(item["fields"]) for item in items),
        "event_counts": counts if isinstance(counts, dict) else {},
    }


ERASURES = Erasures()


class ErasureCase(Shown):
    """A request with what came of it; a decision that names no request stands for itself.

    `state` is the decision, else `open`, and then `age_seconds` is how long it has waited. `events` and `fields` are
    what the `tombstones` name.
    """

    request: Public[int | None]
    requested_at: Public[str | None]
    law: Public[str | None]
    state: Public[str]
    age_seconds: Public[int | None]
    decision: Public[int | None]
    decided_at: Public[str | None]
    tombstones: Public[tuple[int, ...]]
    events: Public[int]
    fields: Public[int]


class ErasureTotals(Shown):
    """The whole register in figures, each with its events.

    `events` are those of which something was erased, `share` their part of all events of the log; the fields and what
    is counted by law and by type stand in tombstones.
    """

    requests: Public[Figure]
    open: Public[Figure]
    granted: Public[Figure]
    partly_granted: Public[Figure]
    refused: Public[Figure]
    tombstones: Public[Figure]
    events: Public[Figure]
    fields: Public[Figure]
    share: Public[Figure]
    by_law: Public[dict[str, Figure]]
    by_type: Public[dict[str, Figure]]
    holds: Public[Figure]


Rows = Mapping[int, ErasureRow]


def cases(rows: Rows, now: datetime) -> list[ErasureCase]:
    """Return all cases in the order in which they began."""
    tombstones: dict[int, list[int]] = {}
    for index, row in rows.items():
        if row.type == DESTROYED and row.refers is not None:
            tombstones.setdefault(row.refers, []).append(index)
    # Of several decisions on one request the last counts.
    decisions = {row.refers: index for index, row in rows.items() if row.type == DECIDED}
    return [
        _case(rows, index, decisions.get(index), tombstones, now)
        if row.type == REQUESTED
        else _case(rows, None, index, tombstones, now)
        for index, row in rows.items()
        if row.type == REQUESTED or (row.type == DECIDED and row.refers is None)
    ]


def _case(
    rows: Rows, request: int | None, decision: int | None, tombstones: Mapping[int, list[int]], now: datetime
) -> ErasureCase:
    asked = None if request is None else rows.get(request)
    decided = None if decision is None else rows.get(decision)
    gone = [] if decision is None else tombstones.get(decision, [])
    first = asked or decided
    return ErasureCase(
        request=request,
        requested_at=asked.accepted_at if asked else None,
        law=first.law if first else None,
        state=(decided.decision if decided else None) or "open",
        age_seconds=None if decided or not asked else int((now - parse_instant(asked.accepted_at)).total_seconds()),
        decision=decision,
        decided_at=decided.accepted_at if decided else None,
        tombstones=tuple(gone),
        events=len({index for tombstone in gone for index in rows[tombstone].erased}),
        fields=sum(rows[index].fields for index in gone),
    )


def totals(rows: Rows, listed: Iterable[ErasureCase], size: int) -> ErasureTotals:
    """Return the figures of a register over the first `size` events."""
    known = list(listed)
    by_state = {state: [_at(case) for case in known if case.state == state] for state in _STATES}
    gone = {index: row for index, row in rows.items() if row.type == DESTROYED}
    events = sorted({index for row in gone.values() for index in row.erased})
    return ErasureTotals(
        requests=counted([index for index, row in rows.items() if row.type == REQUESTED]),
        **{state: counted(indexes) for state, indexes in by_state.items()},
        tombstones=counted(list(gone)),
        events=counted(events),
        fields=figure(sum(row.fields for row in gone.values()), list(gone)),
        share=figure(len(events) / size if size else None, events),
        by_law=_grouped({index: {row.law or "": len(row.erased)} for index, row in gone.items()}),
        by_type=_grouped({index: row.event_counts for index, row in gone.items()}),
        holds=counted(standing_holds(rows)),
    )


_STATES = ("open", "granted", "partly_granted", "refused")


def _at(case: ErasureCase) -> int:
    """Return the event that makes a case what it is."""
    at = case.request if case.decision is None else case.decision
    return -1 if at is None else at


def _grouped(counts: Mapping[int, Mapping[str, int]]) -> dict[str, Figure]:
    names = sorted({name for each in counts.values() for name in each})
    return {
        name: figure(
            sum(each.get(name, 0) for each in counts.values()),
            [index for index, each in counts.items() if name in each],
        )
        for name in names
    }


def standing_holds(rows: Rows) -> list[int]:
    """Return the holds that nothing has released."""
    standing: dict[int, ErasureRow] = {}
    for index, row in rows.items():
        if row.type == _PLACED:
            standing[index] = row
        elif row.type == _RELEASED:
            for over in [at for at, hold in standing.items() if _releases(row, at, hold)]:
                standing.pop(over)
    return list(standing)


def _releases(release: ErasureRow, index: int, hold: ErasureRow) -> bool:
    return release.refers == index if release.refers is not None else release.said == hold.said
