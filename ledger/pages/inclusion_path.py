"""The way from an entry's leaf up to the signed root, level by level, as a page shows it."""

from collections.abc import Sequence
from typing import NamedTuple

from ledger.core.merkle import node_hash


class Level(NamedTuple):
    """One step up: the sibling, on which side of the way it stands, and the hash of both (32 bytes each)."""

    sibling: bytes
    left: bool
    above: bytes


def inclusion_path(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> list[Level]:
    """Return the steps from `leaf` at `index` in a tree of `size` (RFC 9162 §2.1.3.2).

    The last step's hash is the root, or the proof doesn't hold.
    """
    levels, place, last, current = list[Level](), index, size - 1, leaf
    for sibling in proof:
        left = bool(place & 1) or place == last
        if left:
            while place and not place & 1:  # an edge without siblings
                place, last = place >> 1, last >> 1
        current = node_hash(sibling, current) if left else node_hash(current, sibling)
        levels.append(Level(sibling, left, current))
        place, last = place >> 1, last >> 1
    return levels
