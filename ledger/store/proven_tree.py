"""A ledger's stored tree, held against its root: every tile is checked once, from the top down."""

from ledger.core.errors import TileError
from ledger.core.merkle import HASH_SIZE
from ledger.core.tiles import TILE_WIDTH, tile_at, tile_root
from ledger.store.tree import Tree


class ProvenTree:
    """The tree of the first `size` entries. Keeps the tiles it has checked: 8 KiB for 256 entries.

    All partial tiles together are what the root is computed from; a full one must have the hash that stands above it.
    """

    def __init__(self, tree: Tree, size: int) -> None:
        """Read the tree of `size` through `tree`."""
        self._tree, self._size = tree, size
        self._tiles: dict[tuple[int, int], bytes] = {}

    async def root(self) -> bytes:
        """Return the root that the stored tree has. Raises `TileError` where a tile is gone."""
        return await self._tree.root(self._size)

    async def holds(self, index: int, leaf: bytes) -> bool:
        """Tell whether the tree has `leaf` at `index`. Raises `TileError` where a tile is gone, or not what it was."""
        if index >= self._size:
            return False
        n, place = divmod(index, TILE_WIDTH)
        tile = await self._tile(0, n)
        return tile[place * HASH_SIZE : (place + 1) * HASH_SIZE] == leaf

    async def _tile(self, level: int, n: int) -> bytes:
        if (level, n) not in self._tiles:
            self._tiles[level, n] = await self._checked(level, n)
        return self._tiles[level, n]

    async def _checked(self, level: int, n: int) -> bytes:
        tile = tile_at(level, n, self._size)
        data = await self._tree.tile(tile)
        if data is None:
            raise TileError(f"{tile.path()} is not in the database.")
        if tile.width == TILE_WIDTH:
            above, place = divmod(n, TILE_WIDTH)
            row = await self._tile(level + 1, above)
            if tile_root(data) != row[place * HASH_SIZE : (place + 1) * HASH_SIZE]:
                raise TileError(f"{tile.path()} is not what the tree above it was made from.")
        return data
