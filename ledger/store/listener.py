"""Hints between processes by LISTEN and NOTIFY.

A lost one costs a second: whoever acts on a hint also looks by itself.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncpg

from ledger.background import Background
from ledger.store.connections import connect, unavailable
from ledger.store.ports import StoreUnavailable

CHANNEL = "ledgerd"
_CHECK_SECONDS = 5.0
_RETRY_SECONDS = 1.0


class Listener(Background):
    """One connection of its own, that hears all hints and sends this process's own: the pool is no place to listen."""

    def __init__(self, dsn: str, heard: Callable[[str], None]) -> None:
        """Call `heard` with each hint of another process, and an empty one after a break, in which some may be lost."""
        self._dsn, self._heard = dsn, heard
        self._unsent: dict[str, None] = {}
        self._own_pid = 0
        self._wake = asyncio.Event()

    def send(self, payload: str) -> None:
        """Send a hint soon; the same hint waiting to be sent is sent once."""
        self._unsent[payload] = None
        self._wake.set()

    async def _run(self) -> None:
        while True:
            with suppress(StoreUnavailable):
                await self._listen()
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        connection = await connect(self._dsn)
        try:
            with unavailable():
                connection.add_termination_listener(lambda _connection: self._wake.set())
                self._own_pid = connection.get_server_pid()
                await connection.add_listener(CHANNEL, self._receive)
                self._heard("")
                while not connection.is_closed():
                    await self._send(connection)
        finally:
            connection.terminate()

    async def _send(self, connection: asyncpg.Connection) -> None:
        self._wake.clear()
        if not self._unsent:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CHECK_SECONDS):
                    await self._wake.wait()
        unsent, self._unsent = list(self._unsent), {}
        # With nothing to send it still asks: a peer that died in silence is noticed.
        await connection.execute("SELECT pg_notify($1, hint) FROM unnest($2::text []) AS hint", CHANNEL, unsent)

    def _receive(self, _connection: object, pid: int, _channel: str, payload: object) -> None:
        if pid != self._own_pid:
            self._heard(str(payload))
