"""The chains of incidents, followed entry by entry: `seq` 1, 2, 3 …, `prev` the leaf hash of the one before. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from events.entry import IncidentLink


@dataclass(frozen=True, slots=True)
class _Last:
    index: int
    seq: int
    leaf: bytes


class Chains:
    """Follows every incident's chain, or one alone. Memory: one hash an incident."""

    def __init__(self, *, only: str | None = None, from_start: bool = True) -> None:
        """Follow all chains, or that of the incident `only`; `from_start`: the first entry seen must have `seq` 1."""
        self._only, self._from_start = only, from_start
        self._last: dict[str, _Last] = {}

    def __len__(self) -> int:
        """Return how many incidents were met."""
        return len(self._last)

    def follow(self, index: int, link: IncidentLink, leaf: bytes) -> Iterator[str]:
        """Yield what is wrong with the link of the entry at `index`. The chain goes on from that entry in any case."""
        if self._only not in (None, link.id):
            return
        last = self._last.get(link.id)
        self._last[link.id] = _Last(index, link.seq, leaf)
        if last is None:
            if self._from_start and link.seq != 1:
                yield f"incident {link.id} begins at seq {link.seq} instead of 1"
        elif link.seq != last.seq + 1:
            yield f"seq {link.seq} of incident {link.id} follows seq {last.seq} at index {last.index}"
        elif link.prev != last.leaf.hex():
            yield f"incident {link.id}: the entry before, at index {last.index}, is not the one that this one names"
