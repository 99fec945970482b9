"""A log's tree copied into a folder, tile by tile, and grown again on the way: what is copied is what was signed."""

from collections.abc import Collection

from ledger.client.connection import Connection
from ledger.client.failures import ClientError
from ledger.client.progress import Tell
from ledger.client.site import Site
from ledger.core.merkle import HASH_SIZE
from ledger.core.regrowth import Regrowth
from ledger.core.tiles import TILE_WIDTH, Tile, partial_width, split_tile, tile_at


class TileCopy:
    """The tree of the first `size` entries below `prefix` of a site. Memory: a tile, and the tree's edge."""

    def __init__(self, connection: Connection, site: Site, prefix: str, size: int) -> None:
        """Copy through `connection`."""
        self._connection, self._site, self._prefix, self._size = connection, site, prefix, size

    async def copy(self, watch: Collection[int], tell: Tell, *, again: bool) -> dict[int, bytes]:
        """Stage all tiles; return the roots at the sizes to `watch`. Upper tiles are made here of those below.

        `again`: fetch the full tiles that an earlier publish left as well.
        """
        tree = Regrowth(watch)
        for n in range(-(-self._size // TILE_WIDTH)):
            tile = tile_at(0, n, self._size)
            data = await self._leaves(tile, again=again)
            self._stage(tile, data)
            for full in tree.grow(split_tile(data)):
                if full.level:
                    self._stage(Tile(full.level, full.n), full.data)
            tell(n + 1)
        for level, row in enumerate(tree.edge.rows):
            if level and row:
                self._stage(tile_at(level, self._size >> 8 * (level + 1), self._size), b"".join(row))
        return tree.roots

    def cut(self, size: int) -> None:
        """Stage the partial tiles of an earlier `size` too: each is the beginning of one that was copied."""
        level = 0
        while size >> 8 * level:
            if width := partial_width(level, size):
                n = size >> 8 * (level + 1)
                self._stage(Tile(level, n, width), self._read(level, n)[: width * HASH_SIZE])
            level += 1

    def row(self, n: int, size: int) -> list[bytes]:
        """Return the leaf hashes of level 0 tile `n` in the tree of `size`."""
        return split_tile(self._read(0, n))[: size - n * TILE_WIDTH]

    def _read(self, level: int, n: int) -> bytes:
        return self._site.read(self._prefix + tile_at(level, n, self._size).path())

    def _stage(self, tile: Tile, data: bytes) -> None:
        self._site.stage(self._prefix + tile.path(), data)

    async def _leaves(self, tile: Tile, *, again: bool) -> bytes:
        path, length = tile.path(), tile.width * HASH_SIZE
        data = None if again or tile.width < TILE_WIDTH else self._site.kept(self._prefix + path)
        if data is None or len(data) != length:
            data = await self._connection.get(path)
        if data is None or len(data) != length:
            raise ClientError(f"{path} is missing or has the wrong length")
        return data
