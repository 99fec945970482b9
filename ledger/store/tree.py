"""The Merkle tree as it is stored: full tiles as rows, partial ones made from what is below them."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

import asyncpg

from ledger.core import merkle
from ledger.core.errors import TileError
from ledger.core.merkle import NodeReader
from ledger.core.tiles import TILE_WIDTH, Tile, node_reader, tile_at, tile_root, tiles_for

T = TypeVar("T")


class Fetch(Protocol):
    """Runs a named query of one ledger: its first parameter, the ledger, is filled in."""

    def __call__(self, query: str, *parameters: object) -> Awaitable[list[asyncpg.Record]]:
        """Return the rows of `query`."""


class Tree:
    """Reads one ledger's tree. Proofs are computed from tiles, as an outsider would."""

    def __init__(self, fetch: Fetch) -> None:
        """Read through `fetch`."""
        self._fetch = fetch

    async def tile(self, tile: Tile) -> bytes | None:
        """Return the hashes of a tile, full or partial; None where the log does not reach that far."""
        if tile.width == TILE_WIDTH:
            rows = await self._fetch("tile", tile.level, tile.n)
            return rows[0]["hashes"] if rows else None
        return await self._partial(tile)

    async def root(self, size: int) -> bytes:
        """Return the root of the first `size` entries."""
        return await self._compute(size, lambda node: merkle.root(size, node))

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the inclusion proof of entry `index` in the tree of `size`."""
        return await self._compute(size, lambda node: merkle.inclusion_proof(index, size, node))

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the consistency proof between the trees of `old` and `new` entries."""
        return await self._compute(new, lambda node: merkle.consistency_proof(old, new, node))

    async def reader(self, size: int, needed: Iterable[tuple[int, int]]) -> NodeReader:
        """Return a reader of the `needed` (level, index) nodes of the tree of `size`.

        Raises `TileError` where one is gone.
        """
        tiles = {}
        for level, n in sorted(tiles_for(needed)):
            data = await self.tile(tile_at(level, n, size))
            if data is None:
                raise TileError(f"Tile {n} of level {level} is not in the database.")
            tiles[level, n] = data
        return node_reader(tiles)

    async def _compute(self, size: int, compute: Callable[[NodeReader], T]) -> T:
        return compute(await self.reader(size, merkle.needed_nodes(compute)))

    async def _partial(self, tile: Tile) -> bytes | None:
        first = tile.n * TILE_WIDTH
        if tile.level == 0:
            rows = await self._fetch("leaves", first, first + tile.width)
            hashes = [row["leaf"] for row in rows]
        else:
            rows = await self._fetch("tile_range", tile.level - 1, first, first + tile.width)
            hashes = [tile_root(row["hashes"]) for row in rows]
        return b"".join(hashes) if len(hashes) == tile.width else None
