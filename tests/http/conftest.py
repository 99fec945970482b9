"""Tests of the interface: whatever is answered must also be what the OpenAPI document says."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from ledger.app import build
from ledger.local import LocalPostgres
from ledger.settings import Settings
from tests.http.client import Client
from tests.service.fixture import LEDGER, Service, prepare
from tests.service.fixture import service as service  # noqa: PLC0414 - a fixture of this folder


@pytest.fixture
def client(service: Service) -> Client:
    """A client of a service whose ledger is empty."""
    return Client(service)


@pytest.fixture(scope="session")
async def standing(
    postgres: LocalPostgres,
    template: str,
    administration: asyncpg.Connection,
    database_names: Iterator[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Client]:
    """A client of a service that many tests share: for what does not depend on what the ledger holds."""
    name, folder = next(database_names), tmp_path_factory.mktemp("standing")
    await administration.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    settings, dsn = Settings(data_dir=Path(folder)), postgres.dsn(name)
    tokens = await prepare(dsn, settings)
    app = build(settings, dsn)
    async with TestServer(app) as server, ClientSession() as session:
        base_url = str(server.make_url("")).rstrip("/")
        yield Client(Service(base_url, f"{base_url}/ledgers/{LEDGER}", session, tokens, settings, dsn, app))
    await administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
