"""One real PostgreSQL a session, a migrated template, and a clone of it for each test that asks."""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import hypothesis
import pytest

from ledger.local import LocalPostgres
from ledger.store.migrator import migrate

TEMPLATE = "ledger"
CHECKOUT = Path(__file__).resolve().parent.parent
# Throw-away data: a crash of the machine may take it.
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

# In CI every run tries the same examples; at a desk each run tries new ones. A shared machine's pauses are no failure.
hypothesis.settings.register_profile("ledger", deadline=None, derandomize="CI" in os.environ, print_blob=True)
hypothesis.settings.load_profile("ledger")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """A server for the whole session; its data isn't flushed to disk."""
    with LocalPostgres(tmp_path_factory.mktemp("postgres"), settings=VOLATILE) as server:
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
def database_names() -> Iterator[str]:
    """Names that no other test of the session gets."""
    return (f"test_{number}" for number in itertools.count(1))


@pytest.fixture
async def database_url(
    postgres: LocalPostgres,
    template: str,
    administration: asyncpg.Connection,
    database_names: Iterator[str],
) -> AsyncIterator[str]:
    """A migrated database of the test's own, dropped afterwards even if something is still connected."""
    name = next(database_names)
    await administration.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield postgres.dsn(name)
    await administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def empty_database_url(
    postgres: LocalPostgres,
    administration: asyncpg.Connection,
    database_names: Iterator[str],
) -> AsyncIterator[str]:
    """A database without any migration."""
    name = next(database_names)
    await administration.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield postgres.dsn(name)
    await administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real conversations, where it lies beside the checkout."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real conversations (../shared/data) aren't here")
    return folder
