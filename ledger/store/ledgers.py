"""Which ledgers there are."""

from datetime import datetime
from typing import NamedTuple

import asyncpg

from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.keys import Signer
from ledger.core.merkle import EMPTY_ROOT
from ledger.store.connections import unavailable
from ledger.store.queries import QUERIES


class LedgerRow(NamedTuple):
    """A ledger: its name in URLs, its origin (the checkpoints' first line and key name), its verifier key."""

    name: str
    origin: str
    vkey: str
    created_at: datetime


async def find_ledger(pool: asyncpg.Pool, name: str) -> LedgerRow | None:
    """Return the ledger of that name, if there is one."""
    with unavailable():
        row = await pool.fetchrow(QUERIES["ledger"], name)
    return LedgerRow(*row) if row else None


async def all_ledgers(pool: asyncpg.Pool) -> list[LedgerRow]:
    """Return every ledger, by name."""
    with unavailable():
        return [LedgerRow(*row) for row in await pool.fetch(QUERIES["ledgers"])]


async def create_ledger(pool: asyncpg.Pool, name: str, signer: Signer, now: datetime) -> bool:
    """Create an empty ledger whose origin is the signer's name, with a signed checkpoint of size 0.

    Returns False, changing nothing, where the name is taken.
    """
    with unavailable():
        async with pool.acquire() as connection, connection.transaction():
            made = await connection.fetchval(QUERIES["create_ledger"], name, signer.name, signer.verifier.render(), now)
            if made:
                note = sign_checkpoint(Checkpoint(signer.name, 0, EMPTY_ROOT), signer)
                await connection.execute(QUERIES["create_head"], name, EMPTY_ROOT)
                await connection.execute(QUERIES["create_checkpoint"], name, note)
            return made is not None
