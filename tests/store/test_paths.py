"""Many proofs at once: the same as one by one, from few tiles."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from ledger.core.merkle import fold_row, root, verify_inclusion
from ledger.core.tiles import Tile
from ledger.store.paths import Paths
from ledger.store.tree import Tree


class TreeOfLeaves(Tree):
    """A tree made from its leaves, that counts how often a tile is read."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.rows = [list(leaves)]
        while len(self.rows[-1]) >= 256:
            row = self.rows[-1]
            self.rows.append([fold_row(row[n : n + 256]) for n in range(0, len(row) - 255, 256)])
        self.read = 0

    async def tile(self, tile: Tile) -> bytes:
        self.read += 1
        return b"".join(self.rows[tile.level][tile.n * 256 : tile.n * 256 + tile.width])

    def node(self, level: int, index: int) -> bytes:
        return fold_row(self.rows[0][index << level : (index + 1) << level])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 513, 1000, 65_793])
async def test_proofs_of_all_entries_hold(size: int) -> None:
    tree = TreeOfLeaves([sha256(b"%d" % n).digest() for n in range(size)])
    indexes = range(size) if size < 2000 else [*range(0, size, 97), *range(size - 300, size)]
    ordered = sorted(set(indexes))
    proofs = await Paths(tree, size).inclusions(ordered)
    head = root(size, tree.node)
    for index, proof in zip(ordered, proofs, strict=True):
        verify_inclusion(index, size, tree.rows[0][index], proof, head)
    assert tree.read <= len({index // 256 for index in ordered}) + 4
