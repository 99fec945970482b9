"""Inclusion proofs of many entries in one tree: neighbours share nearly all tiles, which are kept."""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import groupby

from ledger.core.errors import TileError
from ledger.core.merkle import NodeReader, inclusion_proof, needed_nodes
from ledger.core.tiles import TILE_WIDTH, node_reader, tile_at, tiles_for
from ledger.store.tree import Tree

_TILES_KEPT = 64


class Paths:
    """Proofs in the tree of the first `size` entries. Keeps at most 64 tiles of 8 KiB."""

    def __init__(self, tree: Tree, size: int) -> None:
        """Read the tree of `size` through `tree`."""
        self._tree, self._size = tree, size
        self._tiles: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    async def inclusions(self, indexes: Sequence[int]) -> list[list[bytes]]:
        """Return the inclusion proofs of entries in ascending order. Raises `TileError` where a tile is gone."""
        proofs: list[list[bytes]] = []
        for _, group in groupby(indexes, lambda index: index // TILE_WIDTH):
            together = list(group)
            node = await self._reader(together[0])
            proofs += [inclusion_proof(index, self._size, node) for index in together]
        return proofs

    async def _reader(self, index: int) -> NodeReader:
        """Return a reader of the nodes that the proofs of all entries in `index`'s tile need: they need the same tiles.

        Below tile level 1 every split of the tree lies within that tile, above it the path is that of the tile.
        """
        needed = tiles_for(needed_nodes(lambda node: inclusion_proof(index, self._size, node)))
        tiles = {place: await self._tile(*place) for place in sorted(needed | {(0, index // TILE_WIDTH)})}
        read, known = node_reader(tiles), dict[tuple[int, int], bytes]()

        def node(level: int, place: int) -> bytes:
            if (level, place) not in known:
                known[level, place] = read(level, place)
            return known[level, place]

        return node

    async def _tile(self, level: int, n: int) -> bytes:
        if (level, n) not in self._tiles:
            tile = tile_at(level, n, self._size)
            data = await self._tree.tile(tile)
            if data is None:
                raise TileError(f"{tile.path()} is not in the database.")
            self._tiles[level, n] = data
            if len(self._tiles) > _TILES_KEPT:
                self._tiles.popitem(last=False)
        self._tiles.move_to_end((level, n))
        return self._tiles[level, n]
