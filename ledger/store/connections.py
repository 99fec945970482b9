"""Connections to PostgreSQL: how they are opened, and which of their errors pass by themselves."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from ledger.store.ports import StoreUnavailable

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
"""A connection of one's own, or one borrowed from the pool."""

SERVICE_ROLE = "ledgerd_service"
# Connection, log-in, database gone or closed, resources, operator, system: whole classes, since all of them can pass.
_TRANSIENT_CLASSES = frozenset({"08", "28", "3D", "53", "57", "58"})
# Read-only after a failover, serialization, deadlock, database not accepting connections, lock not available.
_TRANSIENT_STATES = frozenset({"25006", "40001", "40P01", "55000", "55P03"})
_SYNC_WAIT_CANCELLED = "01000"
_UNAVAILABLE = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)


async def connect(dsn: str) -> asyncpg.Connection:
    """Open one connection in the service's role. Raises `StoreUnavailable`."""
    with unavailable():
        return await asyncpg.connect(
            dsn,
            timeout=10.0,
            command_timeout=30.0,
            server_settings={"role": SERVICE_ROLE, "application_name": "ledgerd"},
        )


@asynccontextmanager
async def open_pool(dsn: str, *, size: int = 8) -> AsyncIterator[asyncpg.Pool]:
    """Open the pool that all reading shares. Raises `StoreUnavailable`."""
    with unavailable():
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            command_timeout=30.0,
            max_inactive_connection_lifetime=120.0,
            reset=_keep,
            server_settings={"role": SERVICE_ROLE, "application_name": "ledgerd"},
        )
    try:
        yield pool
    finally:
        await pool.close()


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn the errors of a database that is away, restarting or overloaded into `StoreUnavailable`."""
    try:
        yield
    except _UNAVAILABLE as error:
        raise StoreUnavailable(type(error).__name__) from error
    except asyncpg.PostgresError as error:
        state = error.sqlstate or ""
        if state[:2] not in _TRANSIENT_CLASSES and state not in _TRANSIENT_STATES:
            raise
        raise StoreUnavailable(f"SQLSTATE {state}") from error


def tells_unknown_commit(message: asyncpg.PostgresLogMessage) -> bool:
    """Tell whether a server message means that a commit counts here but may be lost at a failover.

    PostgreSQL reports a commit whose wait for the synchronous standby was cancelled as a success with this warning.
    """
    # The words may be in the server's language; its function's name isn't.
    told_by_name = message.server_source_function == "SyncRepWaitForLSN"
    told_in_words = "synchronous replication" in (message.message or "")
    return message.sqlstate == _SYNC_WAIT_CANCELLED and (told_by_name or told_in_words)


async def _keep(_connection: asyncpg.Connection) -> None:
    """Spare the round trip that resets a session: no reader changes its session."""
