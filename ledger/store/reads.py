"""Reading one ledger: stored bytes as they are, in slices, through the shared pool."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg

from ledger.core.receipt import render_receipt
from ledger.core.tiles import TILE_WIDTH, Bundle, render_bundle
from ledger.store.connections import Connection, unavailable
from ledger.store.queries import QUERIES
from ledger.store.tree import Tree

SLICE = 500
"""The most events read at once: a longer read would stall every other request of the process."""


class SignedHead(NamedTuple):
    """A checkpoint as it was signed, and the size it speaks of."""

    size: int
    note: bytes


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is stored: canonical entry, canonical openings (None where they are gone altogether).

    `erased`: of each field that was erased by law the index of the tombstone, as canonical JSON; None for most.
    """

    index: int
    entry: bytes
    openings: bytes | None
    erased: bytes | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> "StoredEvent":
        """Return the event of a row that has more columns than an event's own."""
        return cls(row["index"], row["entry"], row["openings"], row["erased"])


class Reads:
    """One ledger's log, for readers. All methods raise `StoreUnavailable` while the database is away."""

    def __init__(self, pool: asyncpg.Pool, ledger_id: str, connection: Connection | None = None) -> None:
        """Read through `pool`, or through one `connection` of it alone."""
        self._pool, self._through = pool, connection or pool
        self._ledger_id = ledger_id
        self.tree = Tree(self.fetch)

    @asynccontextmanager
    async def unchanging(self) -> AsyncIterator["Reads"]:
        """Read one state of the database for the length of the block, whatever is written meanwhile."""
        with unavailable():
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield Reads(self._pool, self._ledger_id, connection)

    async def fetch(self, query: str, *parameters: object) -> list[asyncpg.Record]:
        """Return the rows of a named query, whose first parameter is the ledger."""
        with unavailable():
            rows: list[asyncpg.Record] = await self._through.fetch(QUERIES[query], self._ledger_id, *parameters)
            return rows

    async def checkpoint(self) -> SignedHead:
        """Return the newest signed checkpoint."""
        return _head((await self.fetch("latest_checkpoint"))[0])

    async def checkpoint_over(self, index: int) -> SignedHead | None:
        """Return the first checkpoint that covers entry `index`: the one its receipt was given under."""
        rows = await self.fetch("first_checkpoint_over", index)
        return _head(rows[0]) if rows else None

    async def events(self, first: int, end: int) -> list[StoredEvent]:
        """Return the events `first` … `end` - 1 that there are, in order. Callers ask for at most `SLICE`."""
        return [StoredEvent(*row) for row in await self.fetch("events", first, end)]

    async def events_at(self, indexes: list[int]) -> list[StoredEvent]:
        """Return the events at `indexes` that there are, in ascending order."""
        return [StoredEvent(*row) for row in await self.fetch("events_at", indexes)]

    async def bundle(self, bundle: Bundle) -> bytes | None:
        """Return an entry bundle (FORMATS: u16be length ‖ entry, …), None where the log does not hold all of it."""
        first = bundle.n * TILE_WIDTH
        rows = await self.fetch("entries", first, first + bundle.width)
        return render_bundle([row["entry"] for row in rows]) if len(rows) == bundle.width else None

    async def receipt(self, index: int) -> bytes | None:
        """Return the receipt of entry `index`, the bytes that its poster got; None where there is no such entry."""
        head, rows = await self.checkpoint_over(index), await self.fetch("entries", index, index + 1)
        if head is None or not rows:
            return None
        return render_receipt(rows[0]["entry"], index, await self.tree.inclusion(index, head.size), head.note)


def _head(row: asyncpg.Record) -> SignedHead:
    return SignedHead(row["size"], row["note"])
