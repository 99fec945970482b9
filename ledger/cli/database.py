"""The database a command works on: the one that is set, or the local one, started for it if nobody serves it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from ledger.cli.configuration import read_settings

if TYPE_CHECKING:
    import asyncpg

    from ledger.local import LocalPostgres
    from ledger.settings import Settings


T = TypeVar("T")


def on_database(work: "Callable[[asyncpg.Pool], Awaitable[T]]") -> T:
    """Return what `work` does on the database of the settings, in the service's role. Raises what `database` raises."""
    from ledger.store.connections import open_pool

    async def run(dsn: str) -> T:
        async with open_pool(dsn, size=2) as pool:
            return await work(pool)

    with database(read_settings()) as dsn:
        return asyncio.run(run(dsn))


def local_postgres(settings: "Settings", *, workers: int = 1) -> "LocalPostgres":
    """Return the local PostgreSQL of the data folder, not started."""
    from ledger.local import LocalPostgres

    # A process opens a pool, a listener, and one connection more for each ledger.
    connections = {"max_connections": str(60 + 40 * workers)}
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalPostgres(settings.data_dir / "postgres", settings=connections)


@contextmanager
def database(settings: "Settings", *, migrated: bool = True) -> Iterator[str]:
    """Give the URL of the database while the block runs; a local one that is started for it is brought up to date.

    Raises `LocalPostgresError`, `MigrationRefused`.
    """
    from ledger.store.migrator import migrate

    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    postgres = local_postgres(settings)
    if postgres.served():
        yield postgres.dsn()
        return
    with postgres:
        if migrated:
            asyncio.run(migrate(postgres.dsn()))
        yield postgres.dsn()
