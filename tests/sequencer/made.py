"""A ledger on a real PostgreSQL without HTTP: its key, its file outside the database, and who appends to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import asyncpg

from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.keys import SigningKey
from ledger.core.pseudonyms import Pseudonyms
from ledger.core.receipt import parse_receipt, verify_receipt
from ledger.keys import KeysFolder
from ledger.sequencer.committer import Committer
from ledger.sequencer.draft import Accepted, Outcome, Unit
from ledger.sequencer.keeper import Keeper
from ledger.sequencer.sequencer import Observer, Sequencer
from ledger.store.connections import open_pool
from ledger.store.ledgers import create_ledger
from ledger.store.log import PostgresLog
from tests.core.naive_tree import leaf, mth
from tests.sequencer.drafts import record

NAME = "demo"
ORIGIN = "ledger.example.com/ledgers/demo"


class Made(NamedTuple):
    """A ledger that was created: where, and what signs it."""

    dsn: str
    keys: KeysFolder
    key: SigningKey

    def log(self, dsn: str | None = None) -> PostgresLog:
        return PostgresLog(dsn or self.dsn, NAME)

    def keeper(self) -> Keeper:
        return Keeper(self.keys.signed(NAME), self.key.verifier)

    def committer(self, dsn: str | None = None) -> Committer:
        """One process's: `dsn` may lead through a proxy."""
        return Committer(
            self.log(dsn), lambda: self.key, self.keeper(), lambda: datetime.now(UTC), record, self.pseudonyms
        )

    def pseudonyms(self) -> Pseudonyms:
        return self.keys.pseudonyms(NAME)

    @asynccontextmanager
    async def committing(self, dsn: str | None = None) -> AsyncIterator[Committer]:
        committer = self.committer(dsn)
        try:
            yield committer
        finally:
            await committer.close()

    @asynccontextmanager
    async def sequencing(self, dsn: str | None = None, observer: Observer | None = None) -> AsyncIterator[Sequencer]:
        sequencer = Sequencer(self.committer(dsn), observer or Observer())
        await sequencer.start()
        try:
            yield sequencer
        finally:
            await sequencer.stop()

    @asynccontextmanager
    async def superuser(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that no trigger of ours holds back."""
        connection = await asyncpg.connect(self.dsn, server_settings={"session_replication_role": "replica"})
        try:
            yield connection
        finally:
            await connection.close()

    async def execute(self, *statements: str) -> None:
        async with self.superuser() as connection:
            for statement in statements:
                await connection.execute(statement)

    @asynccontextmanager
    async def head_held(self) -> AsyncIterator[None]:
        """Another writer holds the head: no commit takes place meanwhile, none fails."""
        async with self.superuser() as connection, connection.transaction():
            await connection.execute("SELECT FROM ledger.heads FOR UPDATE")
            yield

    async def entries(self) -> list[bytes]:
        async with self.superuser() as connection:
            rows = await connection.fetch("SELECT index, entry FROM ledger.entries ORDER BY index")
        assert [row["index"] for row in rows] == list(range(len(rows))), "an index is missing or there twice"
        return [row["entry"] for row in rows]

    async def checkpoint(self) -> Checkpoint:
        """The newest one in the database; its signature holds and its root is that of the stored entries."""
        async with self.superuser() as connection:
            note = await connection.fetchval("SELECT note FROM ledger.checkpoints ORDER BY size DESC LIMIT 1")
        checkpoint = open_checkpoint(note, self.key.verifier)
        entries = await self.entries()
        assert (checkpoint.size, checkpoint.root) == (len(entries), root_of(entries))
        return checkpoint

    def verify(self, outcome: Outcome) -> int:
        """Verify an event's receipt and return its index."""
        assert isinstance(outcome, Accepted)
        receipt = parse_receipt(outcome.receipt())
        verify_receipt(receipt, self.key.verifier)
        assert (receipt.entry, receipt.index) == (outcome.entry, outcome.index)
        return outcome.index


async def make_ledger(dsn: str, folder: Path) -> Made:
    keys = KeysFolder(folder / "keys")
    key = keys.make(NAME, ORIGIN)
    async with open_pool(dsn, size=1) as pool:
        await create_ledger(pool, NAME, key, datetime.now(UTC))
    return Made(dsn, keys, key)


async def append(sequencer: Sequencer, *units: Unit) -> list[int]:
    """Append units, each of which must be accepted, and return the indexes of all their events."""
    answers = [await answer for answer in [sequencer.enqueue(unit) for unit in units]]
    return [outcome.index for outcomes in answers for outcome in outcomes]


def root_of(entries: list[bytes]) -> bytes:
    return mth([leaf(entry) for entry in entries])
