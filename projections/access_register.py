"""The access register: every access as a line, and who did what how often as a matrix."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from events.visibility import Internal, Personal, Public
from projections.accesses import ACCESS_TYPES, AccessRow
from projections.shown import LISTED, Figure, Shown

NOBODY = "unknown"
"""Stands for who did it where that was erased."""


class AccessLine(Shown):
    """One access. `filter` is the path and query as they were asked; it may name a person.

    `at` is the ledger's clock; `rows` counts those that held personal fields, null for a stream; `auditor` is who was
    granted access or lost it.
    """

    index: Public[int]
    type: Public[str]
    at: Public[str]
    who: Internal[str | None]
    role: Internal[str | None]
    filter: Personal[str | None]
    rows: Public[int | None]
    incidents: Internal[tuple[str, ...]]
    auditor: Internal[str | None]
    manifest_sha256: Public[str | None]


class Holder(Shown):
    """A token that sees personal fields, by the name under which its readings are recorded."""

    who: Internal[str]
    created_at: Internal[datetime]
    expires_at: Internal[datetime | None]
    revoked_at: Internal[datetime | None]


class AccessMatrix(Shown):
    """How often who did what, each number with its events, in the part of the register that was asked for.

    `rows` sums the rows that were counted, `streams` counts the accesses whose rows nobody knows. `holders` are all
    tokens that see personal fields, those revoked and those never used too.
    """

    accesses: Public[Figure]
    rows: Public[Figure]
    streams: Public[Figure]
    by_type: Public[dict[str, Figure]]
    by_who: Internal[dict[str, dict[str, Figure]]]
    holders: Internal[tuple[Holder, ...]]


@dataclass(frozen=True, slots=True)
class WantedAccesses:
    """Which accesses are asked for; None asks nothing. `who`: the whole name, or its first word, as `token:<id>`."""

    who: str | None = None
    type: str | None = None
    incident: str | None = None

    def matches(self, row: AccessRow) -> bool:
        """Tell whether an access is wanted."""
        return (
            self.type in {None, row.type}
            and (self.incident is None or self.incident in row.incidents)
            and (self.who is None or (row.by is not None and self.who in {row.by, row.by.partition(" ")[0]}))
        )


@dataclass(slots=True)
class Tally:
    """A number that grows by events, in constant memory: the first of their indexes are kept, as many as are shown."""

    value: int = 0
    count: int = 0
    indexes: list[int] = field(default_factory=list)

    def add(self, index: int, value: int = 1) -> None:
        """Add what the event at `index` counts."""
        self.value += value
        self.count += 1
        if len(self.indexes) < LISTED:
            self.indexes.append(index)

    def figure(self) -> Figure:
        """Return the number as views show it."""
        return Figure(value=self.value, count=self.count, indexes=tuple(self.indexes))


class Matrix:
    """Counts accesses as they are read, row by row."""

    def __init__(self) -> None:
        """Begin with none."""
        self._all, self._rows, self._streams = Tally(), Tally(), Tally()
        self._by_type: dict[str, Tally] = {}
        self._by_who: dict[str, dict[str, Tally]] = {}

    def add(self, row: AccessRow) -> None:
        """Count an access."""
        self._all.add(row.index)
        self._by_type.setdefault(row.type, Tally()).add(row.index)
        self._by_who.setdefault(row.by or NOBODY, {}).setdefault(row.type, Tally()).add(row.index)
        if row.rows is not None:
            self._rows.add(row.index, row.rows)
        elif not row.type.startswith("auditor."):
            self._streams.add(row.index)

    def shown(self, holders: Iterable[Holder]) -> AccessMatrix:
        """Return the answer."""
        return AccessMatrix(
            accesses=self._all.figure(),
            rows=self._rows.figure(),
            streams=self._streams.figure(),
            by_type=_figures(self._by_type),
            by_who={who: _figures(self._by_who[who]) for who in sorted(self._by_who)},
            holders=tuple(holders),
        )


def access_line(row: AccessRow, asked: str | None) -> AccessLine:
    """Return the line of an access; `asked` is what its event's filter says, None where that is not open."""
    return AccessLine(
        index=row.index,
        type=row.type,
        at=row.at,
        who=row.by,
        role=row.role,
        filter=asked,
        rows=row.rows,
        incidents=row.incidents,
        auditor=row.auditor,
        manifest_sha256=row.manifest_sha256,
    )


def _figures(tallies: dict[str, Tally]) -> dict[str, Figure]:
    return {name: tallies[name].figure() for name in ACCESS_TYPES if name in tallies}
