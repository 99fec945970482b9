"""Erasures as a verifier sees them: each field that is said to be gone must be named by the entry that is said to tell.

The tombstone stands behind what it names, so a claim waits until its entry comes. Pure.
"""

from collections.abc import Iterator
from typing import Any

from events.entry import Entry
from ledger.core.openings import Shown

TOMBSTONE = "key.destroyed"


class Erasures:
    """The claims of the entries so far, by the tombstones that they name."""

    def __init__(self) -> None:
        """Begin without any."""
        self._waiting: dict[int, list[tuple[int, str]]] = {}

    @property
    def waiting(self) -> int:
        """Return how many fields wait for their tombstone."""
        return sum(map(len, self._waiting.values()))

    def claim(self, index: int, shown: Shown) -> Iterator[str]:
        """Take note of what is said to be erased of an event. Yield what can't be, since the entry came before it."""
        for name, tombstone in shown.erased.items():
            if tombstone > index:
                self._waiting.setdefault(tombstone, []).append((index, name))
            else:
                yield f"the field {name} is said to be erased by entry {tombstone}, which doesn't stand behind it"

    def bury(self, index: int, entry: Entry, shown: Shown | None) -> Iterator[str]:
        """Hold an entry against the claims that name it. Yield those that it doesn't bear out."""
        claims = self._waiting.pop(index, None)
        if claims is None:
            return
        scope = _scope(shown) if entry.type == TOMBSTONE else {}
        for at, name in claims:
            if scope is None:
                yield f"the scope of this tombstone isn't opened: whether it names {name} of {at} can't be seen"
            elif name not in scope.get(at, ()):
                yield f"the field {name} of {at} is said to be erased by this entry, which says no such thing"

    def unproved(self, size: int) -> Iterator[tuple[int, str]]:
        """Yield the claims, with the index of their events, whose tombstones a log of `size` should have held."""
        for tombstone, claims in sorted(self._waiting.items()):
            if tombstone < size:
                for index, name in claims:
                    yield index, f"the field {name} is said to be erased by entry {tombstone}, which can't be read"


def _scope(shown: Shown | None) -> dict[int, frozenset[str]] | None:
    """Return the fields that a tombstone names, by index; None where it isn't opened."""
    opening = None if shown is None else shown.openings.get("scope")
    if opening is None:
        return None
    scope: dict[int, frozenset[str]] = {}
    items: Any = opening.value if isinstance(opening.value, list) else []
    for item in items:
        if isinstance(item, dict) and type(item.get("index")) is int and isinstance(item.get("fields"), list):
            index = item["index"]
            scope[index] = scope.get(index, frozenset()) | frozenset(map(str, item["fields"]))
    return scope
