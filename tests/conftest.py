"""One real PostgreSQL a session, a migrated template, and a clone of it for each test that asks."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import hypothesis
import pytest

from ledger.local import LocalPostgres
from ledger.store.migrator import migrate

TEMPLATE = "ledger"
CHECKOUT = Path(__file__).resolve().parent.parent
# Throw-away data: a crash of the machine may take it.
VOLATILE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "256MB",
}
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is made anew, and closed to others
ROOM = 4 << 30
"""Bytes that must be free there: each worker's server takes up to some hundred megabytes."""

Cloned = Callable[[str], AbstractAsyncContextManager[str]]
"""The DSN of a clone of the template of that name."""

# In CI every run tries the same examples; at a desk each run tries new ones. A shared machine's pauses are no failure.
hypothesis.settings.register_profile("ledger", deadline=None, derandomize="CI" in os.environ, print_blob=True)
hypothesis.settings.load_profile("ledger")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """A server for the whole session; its data isn't flushed to disk, and lies in memory where there is room."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    place = MEMORY if roomy else tmp_path_factory.getbasetemp()
    with (
        tempfile.TemporaryDirectory(prefix="ledgerd-tests-", dir=place) as folder,  # what a killed run leaves is known
        LocalPostgres(Path(folder), settings=VOLATILE) as server,
    ):
        yield server


@pytest.fixture(scope="session")
async def template(postgres: LocalPostgres) -> str:
    """The name of a database with every migration applied; nobody may stay connected to it."""
    await migrate(postgres.dsn(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
async def administration(postgres: LocalPostgres) -> AsyncIterator[asyncpg.Connection]:
    """A connection that creates and drops databases."""
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
def cloned(postgres: LocalPostgres, administration: asyncpg.Connection) -> Cloned:
    """Clones a template for as long as a block lasts; dropped afterwards even if something is still connected."""
    numbers = itertools.count(1)

    @asynccontextmanager
    async def clone(template: str) -> AsyncIterator[str]:
        name = f"test_{next(numbers)}"
        await administration.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        try:
            yield postgres.dsn(name)
        finally:
            await administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    return clone


@pytest.fixture
async def database_url(cloned: Cloned, template: str) -> AsyncIterator[str]:
    """A migrated database of the test's own."""
    async with cloned(template) as dsn:
        yield dsn


@pytest.fixture
async def empty_database_url(cloned: Cloned) -> AsyncIterator[str]:
    """A database without any migration."""
    async with cloned("template0") as dsn:
        yield dsn


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real conversations, where it lies beside the checkout."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real conversations (../shared/data) aren't here")
    return folder
