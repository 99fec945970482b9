"""The sequence numbers of sources, followed entry by entry: no repeat, and no gap but those on record. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from events.entry import SERVICE_SOURCE, Entry
from ledger.core.openings import Shown

GAP_DETECTED, GAP_FILLED = "ingest.gap_detected", "ingest.gap_filled"


class _Record(NamedTuple):
    """What the ledger's own entry just before says; `facts` is None where it isn't opened to this reader."""

    type: str
    facts: tuple[object, ...] | None


@dataclass(slots=True)
class _Numbers:
    last: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)


class SourceNumbers:
    """Follows every numbering source. The ledger puts a gap on record in the entry directly before the jump."""

    def __init__(self) -> None:
        """Begin before the first entry of a log."""
        self._sources: dict[str, _Numbers] = {}
        self._record: _Record | None = None

    def follow(self, entry: Entry, shown: Shown | None) -> Iterator[str]:
        """Yield what is wrong with the number that `entry` has from its source."""
        record, self._record = self._record, _record(entry, shown)
        if entry.source_seq is not None:
            yield from self._number(entry.source, entry.source_seq, record)

    def _number(self, source: str, sequence: int, record: _Record | None) -> Iterator[str]:
        numbers = self._sources.setdefault(source, _Numbers())
        expected = numbers.last + 1
        if sequence >= expected:
            numbers.last = sequence
            if sequence > expected:
                numbers.gaps.append((expected, sequence - 1))
                if not _says(record, GAP_DETECTED, (source, expected, sequence)):
                    yield f"source {source} jumps from number {expected - 1} to {sequence}; the gap isn't on record"
        elif not _fill(numbers.gaps, sequence):
            yield f"source {source} uses number {sequence} a second time"
        elif not _says(record, GAP_FILLED, (source, sequence)):
            yield f"source {source} fills number {sequence} of a gap, which isn't on record"


def _record(entry: Entry, shown: Shown | None) -> _Record | None:
    names = {GAP_DETECTED: ("source", "expected", "got"), GAP_FILLED: ("source", "sequence")}.get(entry.type)
    if names is None or not entry.source.startswith(SERVICE_SOURCE):
        return None
    if shown is None or not all(name in shown.openings for name in names):
        return _Record(entry.type, None)
    return _Record(entry.type, tuple(shown.openings[name].value for name in names))


def _says(record: _Record | None, type_: str, facts: tuple[object, ...]) -> bool:
    return record is not None and record.type == type_ and record.facts in (None, facts)


def _fill(gaps: list[tuple[int, int]], sequence: int) -> bool:
    for place, (first, last) in enumerate(gaps):
        if first <= sequence <= last:
            parts = ((first, sequence - 1), (sequence + 1, last))
            gaps[place : place + 1] = [part for part in parts if part[0] <= part[1]]
            return True
    return False
