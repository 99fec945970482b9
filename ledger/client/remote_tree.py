"""A ledger's tree, read from its tiles: proofs and roots computed here, with few requests."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from ledger.client.connection import Connection
from ledger.core import merkle
from ledger.core.errors import TileError
from ledger.core.merkle import HASH_SIZE, NodeReader
from ledger.core.tiles import node_reader, tile_at, tiles_for

T = TypeVar("T")
_TILES_KEPT = 256
_NODES_KEPT = 20_000


class RemoteTree:
    """The tree of the first `size` entries. Keeps tiles and nodes: neighbours share nearly all of them."""

    def __init__(self, connection: Connection, size: int) -> None:
        """Read tiles as they are in the tree of `size`."""
        self._connection, self._size = connection, size
        self._tiles: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._nodes: dict[tuple[int, int], bytes] = {}

    async def inclusion(self, index: int) -> list[bytes]:
        """Return the inclusion proof of an entry. Raises `TileError` where a tile is missing or too short."""
        return await self._compute(lambda node: merkle.inclusion_proof(index, self._size, node))

    async def root(self, size: int) -> bytes:
        """Return the root over the first `size` entries. Raises `TileError`."""
        return await self._compute(lambda node: merkle.root(size, node))

    async def _compute(self, compute: Callable[[NodeReader], T]) -> T:
        missing = [node for node in merkle.needed_nodes(compute) if node not in self._nodes]
        if missing:
            tiles = {place: await self._tile(*place) for place in sorted(tiles_for(missing))}
            if len(self._nodes) > _NODES_KEPT:
                self._nodes.clear()
                return await self._compute(compute)
            read = node_reader(tiles)
            self._nodes.update((node, read(*node)) for node in missing)
        return compute(lambda level, index: self._nodes[level, index])

    async def _tile(self, level: int, n: int) -> bytes:
        data = self._tiles.get((level, n))
        if data is None:
            tile = tile_at(level, n, self._size)
            data = await self._connection.get(tile.path())
            if data is None or len(data) != tile.width * HASH_SIZE:
                raise TileError(f"{tile.path()} is missing or has the wrong length.")
            self._tiles[level, n] = data
            if len(self._tiles) > _TILES_KEPT:
                self._tiles.popitem(last=False)
        self._tiles.move_to_end((level, n))
        return data
