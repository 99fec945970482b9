"""The right edge of a growing tree: all that an append needs to know of the leaves before it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from ledger.core.errors import ProofError
from ledger.core.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE, NODE_PREFIX, fold_row, node_hash
from ledger.core.tiles import TILE_HEIGHT, TILE_WIDTH, partial_width

Row = tuple[bytes, ...]


class FullTile(NamedTuple):
    """A tile that became full: its tile level, its index in the level, its 8,192 bytes."""

    level: int
    n: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of the tree over `size` leaves.

    `rows[t]` holds the hashes of the partial tile of tile level t (0 to 255 of them); `frontier` the roots of the
    complete subtrees that the size's binary digits name, the smallest first. The frontier follows from the rows; it is
    kept so that an append hashes only what is new.
    """

    size: int
    rows: tuple[Row, ...]
    frontier: Row

    @classmethod
    def empty(cls) -> "Edge":
        """Return the edge of the tree without leaves."""
        return cls(0, (), ())

    @classmethod
    def of(cls, size: int, rows: Sequence[Sequence[bytes]]) -> "Edge":
        """Return the edge of a tree of `size` from the partial tile of each tile level, level 0 first.

        Raises `ProofError` where the counts are not those of the size; the hashes themselves are the caller's to
        compare, by `root`, with a root it trusts.
        """
        widths = [partial_width(level, size) for level in range(_tile_levels(size))]
        if not 0 <= size <= MAX_SIZE or [len(row) for row in rows] != widths:
            raise ProofError(f"The edge of a tree of {size} leaves has rows of {widths} hashes.")
        if any(len(each) != HASH_SIZE for row in rows for each in row):
            raise ProofError(f"A hash of the edge is not {HASH_SIZE} bytes long.")
        frontier = tuple(peak for row in rows for peak in _peaks(list(row)))
        return cls(size, tuple(tuple(row) for row in rows), frontier)

    @classmethod
    def from_tiles(cls, size: int, read_partial: Callable[[int, int], Sequence[bytes]]) -> "Edge":
        """Return the edge of a tree of `size`; `read_partial(level, n)` returns a partial tile's hashes."""
        rows = [
            read_partial(level, size >> TILE_HEIGHT * (level + 1)) if partial_width(level, size) else ()
            for level in range(_tile_levels(size))
        ]
        return cls.of(size, rows)

    def root(self) -> bytes:
        """Return the root of the tree."""
        computed = b""
        for peak in self.frontier:
            computed = node_hash(peak, computed) if computed else peak
        return computed or EMPTY_ROOT

    def extend(self, leaves: Sequence[bytes]) -> "Growth":
        """Return what the tree becomes with `leaves` (leaf hashes) behind it. This edge stays as it is.

        Costs one hash a leaf and a few a level, whatever the size. Raises `ProofError` for a leaf that is not 32 bytes.
        """
        if not {HASH_SIZE}.issuperset(map(len, leaves)):
            raise ProofError(f"A leaf hash is not {HASH_SIZE} bytes long.")
        size = self.size + len(leaves)
        old_peaks = iter(self.frontier)
        fresh, ragged = list(leaves), b""
        rows: list[Row] = []
        frontier: list[bytes] = []
        tiles: list[FullTile] = []
        ladder: list[tuple[int, list[bytes]]] = []
        for level in range(size.bit_length()):
            if level % TILE_HEIGHT == 0:
                rows.append(self._fill(level // TILE_HEIGHT, fresh, tiles))
            first = self.size >> level
            nodes = [next(old_peaks), *fresh] if first & 1 else fresh
            fresh = _parents(nodes)
            ladder.append((first & ~1, [*nodes, ragged] if ragged else nodes))
            if len(nodes) & 1:
                frontier.append(nodes[-1])
                ragged = node_hash(nodes[-1], ragged) if ragged else nodes[-1]
        return Growth(Edge(size, tuple(rows), tuple(frontier)), ragged or EMPTY_ROOT, tiles, self.size, ladder)

    def _fill(self, level: int, fresh: list[bytes], tiles: list[FullTile]) -> Row:
        """Return the row of `level` behind the `fresh` hashes, after moving every tile that became full to `tiles`."""
        row: Row = self.rows[level] if level < len(self.rows) else ()
        if not fresh:
            return row
        row = (*row, *fresh)
        n = self.size >> TILE_HEIGHT * (level + 1)
        full = len(row) // TILE_WIDTH
        for place in range(full):
            data = b"".join(row[place * TILE_WIDTH : (place + 1) * TILE_WIDTH])
            tiles.append(FullTile(level, n + place, data))
        return row[full * TILE_WIDTH :]


@dataclass(frozen=True, slots=True)
class Growth:
    """What a batch made of a tree: the new edge, its root, the tiles that became full (by level, then by index).

    `_ladder[level]` is (index of the first node, nodes): every node of that level that a proof of the batch can ask
    for, the ragged right edge included as the last.
    """

    edge: Edge
    root: bytes
    tiles: list[FullTile]
    _first: int
    _ladder: list[tuple[int, list[bytes]]]

    def inclusion(self, index: int) -> list[bytes]:
        """Return the inclusion proof, in the new tree, of a leaf of this batch. Raises `ProofError` for any other."""
        if not self._first <= index < self.edge.size:
            raise ProofError(f"Index {index} is not in the batch from {self._first} to {self.edge.size}.")
        proof = []
        for first, nodes in self._ladder:
            place = (index ^ 1) - first
            if place < len(nodes):
                proof.append(nodes[place])
            index >>= 1
        return proof


def _tile_levels(size: int) -> int:
    return -(-size.bit_length() // TILE_HEIGHT)


def _parents(nodes: Iterable[bytes]) -> list[bytes]:
    # The hot loop of every append: hashed in place, without a call of ours; an odd last node waits for its sibling.
    pairs = iter(nodes)
    return [sha256(NODE_PREFIX + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def _peaks(row: list[bytes]) -> Iterator[bytes]:
    """Yield the roots of the complete subtrees over a partial tile, the smallest (rightmost) first."""
    while row:
        width = len(row) & -len(row)
        yield fold_row(row[-width:])
        del row[-width:]
