"""Tests of the interface: whatever is answered must also be what the OpenAPI document says."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from ledger.demo.telling import tell_story
from ledger.local import LocalPostgres
from ledger.web.context import LEDGERS
from tests.http.client import Client
from tests.service.fixture import LEDGER, Service, running
from tests.service.fixture import service as service  # noqa: PLC0414 - a fixture of this folder


@pytest.fixture
def client(service: Service) -> Client:
    """A client of a service whose ledger is empty."""
    return Client(service)


@asynccontextmanager
async def serving(administration: asyncpg.Connection, template: str, dsn: str, folder: Path) -> AsyncIterator[Client]:
    """A client of a service that lasts longer than a test, on the database at `dsn`, which it makes and drops."""
    name = urlsplit(dsn).path.lstrip("/")
    await administration.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    async with running(dsn, folder) as service:
        yield Client(service)
    await administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


async def tell_crisis(client: Client) -> None:
    """Tell the sample crisis."""
    ledger = await client.service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    await tell_story(ledger, lambda _events: None)


@pytest.fixture(scope="session")
async def standing(
    postgres: LocalPostgres,
    template: str,
    administration: asyncpg.Connection,
    database_names: Iterator[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Client]:
    """A client of a service that many tests share: for what does not depend on what the ledger holds."""
    dsn = postgres.dsn(next(database_names))
    async with serving(administration, template, dsn, tmp_path_factory.mktemp("standing")) as client:
        yield client


@pytest.fixture(scope="session")
async def told(
    postgres: LocalPostgres,
    template: str,
    administration: asyncpg.Connection,
    database_names: Iterator[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Client]:
    """A client of a service whose ledger tells the sample crisis: tests only read it.

    What auditors read of it is recorded behind the crisis.
    """
    dsn = postgres.dsn(next(database_names))
    async with serving(administration, template, dsn, tmp_path_factory.mktemp("told")) as client:
        await tell_crisis(client)
        yield client
