"""Tokens are believed for a moment only, and never once they were revoked."""

import asyncio
from typing import Any

import asyncpg

from ledger.app import utc_now
from ledger.store.connections import open_pool
from ledger.store.tokens import Role, Tokens


async def test_a_token_read_while_it_is_revoked_is_not_believed_afterwards(database_url: str) -> None:
    async with open_pool(database_url) as pool:
        served, elsewhere = Tokens(pool, utc_now), Tokens(pool, utc_now)
        text = await elsewhere.create("demo", [Role.READER], [], "raced", None)
        token_id = text[4:20]
        asked = await _read_held_up(pool, served, text)
        assert await elsewhere.revoke("demo", token_id)
        served.forget("demo", token_id)  # the word of it comes while the old row is on its way
        assert await asked is not None
        assert await served.authenticate("demo", text) is None


async def _read_held_up(pool: asyncpg.Pool, served: Tokens, text: str) -> "asyncio.Task[object]":
    """Begin to authenticate; the row is read at once, and reaches the service only when others have run."""
    began = asyncio.Event()
    fetchrow = pool.fetchrow

    async def slow(*arguments: Any) -> object:
        row = await fetchrow(*arguments)
        began.set()
        await asyncio.sleep(0.3)
        return row

    served._pool = _Slow(slow)  # type: ignore[assignment]
    task: asyncio.Task[object] = asyncio.create_task(served.authenticate("demo", text))
    await began.wait()
    served._pool = pool
    return task


class _Slow:
    """A pool whose answers are long on their way."""

    def __init__(self, fetchrow: object) -> None:
        self.fetchrow = fetchrow
