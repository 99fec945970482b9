"""The entry bundles and tiles of a running ledger, as far as it has them; what is missing is reported."""

from ledger.client.connection import Connection
from ledger.client.report import Report
from ledger.core.errors import TileError
from ledger.core.merkle import HASH_SIZE
from ledger.core.tiles import Bundle, Tile, parse_bundle, split_tile


class TileReader:
    """Reads one ledger's public part."""

    def __init__(self, connection: Connection, report: Report) -> None:
        """Read through `connection`."""
        self._connection, self._report = connection, report

    async def entries(self, bundle: Bundle) -> list[bytes]:
        """Return the entries of a bundle; where some are missing, those before the first one that is."""
        data = await self._connection.get(bundle.path())
        if data is None:
            width = await self._readable_width(bundle)
            data = await self._connection.get(Bundle(bundle.n, width).path()) if width else b""
        try:
            return parse_bundle(data or b"")[: bundle.width]
        except TileError as error:
            self._report.find(f"{bundle.path()}: {error}")
            return []

    async def hashes(self, tile: Tile) -> list[bytes]:
        """Return a tile's hashes, none where it is missing."""
        data = await self._connection.get(tile.path())
        if data is not None and len(data) == tile.width * HASH_SIZE:
            return split_tile(data)
        what = "is missing" if data is None else "has the wrong length"
        self._report.find(f"{tile.path()} {what}")
        return []

    async def _readable_width(self, bundle: Bundle) -> int:
        """Search for the widest partial bundle that can be read: it ends before the first missing entry."""
        low, high = 0, bundle.width
        while high - low > 1:
            middle = (low + high) // 2
            if await self._connection.get(Bundle(bundle.n, middle).path()) is None:
                high = middle
            else:
                low = middle
        return low
