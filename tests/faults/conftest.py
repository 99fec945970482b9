from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector

from ledger.local import LocalPostgres
from ledger.store.migrator import migrate
from tests.sequencer.made import Made, make_ledger


@pytest.fixture(scope="session")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalPostgres, Path]]:
    """A server that may crash: what it acknowledged is on the disk. With the folder of its data."""
    folder = tmp_path_factory.mktemp("durable")
    with LocalPostgres(folder, settings={"shared_buffers": "32MB"}) as server:
        yield server, folder / "data"


@pytest.fixture
async def made(database_url: str, tmp_path: Path) -> Made:
    """An empty ledger in a database of its own."""
    return await make_ledger(database_url, tmp_path)


@pytest.fixture
async def durably_made(durable: tuple[LocalPostgres, Path], tmp_path: Path) -> Made:
    """An empty ledger on the server that may crash. One a session."""
    dsn = durable[0].dsn()
    await migrate(dsn)
    return await make_ledger(dsn, tmp_path)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """A client that doesn't hold back."""
    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        yield session
