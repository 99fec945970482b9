"""The audit: whether a log keeps its own rules, entry by entry, from nothing but what it hands out. Pure.

An `Audit` checks what entries say of themselves and of each other. That they are in the signed tree is checked beside
it: by `Regrowth` for a whole log, by inclusion proofs for a part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from events.entry import Entry, parse_entry
from events.faults import Refused
from ledger.core.chains import Chains
from ledger.core.erasures import Erasures
from ledger.core.merkle import leaf_hash
from ledger.core.openings import Shown, field_faults
from ledger.core.source_numbers import SourceNumbers


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be: at which index (None: of the log as a whole), and in one plain sentence."""

    index: int | None
    detail: str

    def __str__(self) -> str:
        return self.detail if self.index is None else f"index {self.index}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a log is shown: all of it, one `incident` with what is linked to it, a part by time (`ranged`)."""

    incident: str | None = None
    ranged: bool = False

    @property
    def whole(self) -> bool:
        """Whether every entry of the log must be there, from index 0 on."""
        return self.dense and not self.ranged

    @property
    def dense(self) -> bool:
        """Whether the indexes follow one another without gap."""
        return self.incident is None


class Audit:
    """Takes the entries of a log in ascending order.

    Memory: one hash an incident, a few numbers a source, and what was erased until its tombstone comes.
    """

    def __init__(self, scope: Scope | None = None) -> None:
        """Begin before the first entry of `scope`, the whole log if not given."""
        self.scope = scope or Scope()
        self.expected: int | None = 0 if self.scope.whole else None
        """The index that comes next; None where that is not known."""
        self.opened = self.withheld = self.erased = 0
        self.chains = Chains(only=self.scope.incident, from_start=not self.scope.ranged)
        self._sources = SourceNumbers()
        self._erasures = Erasures()
        self._clock: tuple[int, datetime] | None = None

    def take(self, index: int, raw: bytes, shown: Shown | None = None) -> list[Finding]:
        """Check the next entry, its bytes `raw`, and the fields shown of it (None: the reader sees none of any)."""
        gap = self._gap(index)
        if gap and index < (self.expected or 0):
            return gap
        self.expected = index + 1 if self.scope.dense else None
        return gap + [Finding(index, detail) for detail in self._faults(index, raw, shown)]

    def lose(self, index: int, detail: str, count: int = 1) -> list[Finding]:
        """Take note that `count` entries from `index` on can't be had, and go on behind them."""
        gap = self._gap(index)
        self.expected = index + count if self.scope.dense else None
        return [*gap, Finding(index, detail)]

    def end(self, size: int) -> list[Finding]:
        """Return what a whole log of `size` entries still lacks."""
        return [*self._gap(size), *self.unproved(size)] if self.scope.whole else []

    def unproved(self, size: int) -> list[Finding]:
        """Return the erasures that no entry bears out, though a whole log of `size` should hold the one they name."""
        return [Finding(index, detail) for index, detail in self._erasures.unproved(size)]

    @property
    def unproved_erasures(self) -> int:
        """Return how many fields are said to be erased by entries that haven't come: a part may not hold them."""
        return self._erasures.waiting

    def _gap(self, index: int) -> list[Finding]:
        if self.expected is None or index == self.expected:
            return []
        if index < self.expected:
            return [Finding(index, "this index comes again")]
        if index == self.expected + 1:
            return [Finding(self.expected, "the entry is missing")]
        return [Finding(self.expected, f"the entries {self.expected} to {index - 1} are missing")]

    def _faults(self, index: int, raw: bytes, shown: Shown | None) -> Iterator[str]:
        try:
            entry = parse_entry(raw)
        except Refused as refused:
            yield f"not an entry in canonical form: {refused.faults[0].detail}"
            return
        yield from self._time_faults(index, entry)
        if entry.incident is not None:
            yield from self.chains.follow(index, entry.incident, leaf_hash(raw))
        if self.scope.whole:
            yield from self._sources.follow(entry, shown)
        yield from self._erasures.bury(index, entry, shown)
        if shown is not None:
            self.opened += len(shown.openings)
            self.withheld += len(shown.withheld)
            self.erased += len(shown.erased)
            yield from field_faults(entry.seals, shown)
            yield from self._erasures.claim(index, shown)

    def _time_faults(self, index: int, entry: Entry) -> Iterator[str]:
        if self._clock is not None and entry.accepted_at < self._clock[1]:
            yield f"accepted before the entry at index {self._clock[0]}, which stands before it"
        self._clock = (index, entry.accepted_at)
