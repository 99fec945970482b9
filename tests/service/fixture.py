"""The service in this process, on a database of its own, with the ledger `demo` and a token for each role.

Other folders get it by one line in their conftest: `from tests.service.fixture import service`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from ledger.app import Clock, build, utc_now
from ledger.keys import KeysFolder
from ledger.settings import Settings
from ledger.store.connections import open_pool
from ledger.store.ledgers import create_ledger
from ledger.store.tokens import Role, Tokens

LEDGER = "demo"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service. `url`: of the ledger `demo`; `base_url`: of the service; `database_url`: as superuser."""

    base_url: str
    url: str
    session: ClientSession
    tokens: Mapping[Role, str]
    settings: Settings
    database_url: str
    app: web.Application

    def bearer(self, role: Role) -> dict[str, str]:
        """The header that authenticates as a role."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}


async def prepare(database_url: str, settings: Settings) -> dict[Role, str]:
    """Make the ledger `demo` with a token for each role, which isn't bound to any source."""
    async with open_pool(database_url) as pool:
        key = KeysFolder(settings.keys_folder).make(LEDGER, settings.origin_of(LEDGER))
        await create_ledger(pool, LEDGER, key, utc_now())
        tokens = Tokens(pool, utc_now)
        return {role: await tokens.create(LEDGER, [role], [], f"test {role}", None) for role in Role}


@asynccontextmanager
async def running(database_url: str, folder: Path, clock: Clock = utc_now) -> AsyncIterator[Service]:
    """A service whose ledger `demo` is empty, with its keys in `folder`."""
    settings = Settings(data_dir=folder)
    tokens = await prepare(database_url, settings)
    app = build(settings, database_url, clock)
    async with TestServer(app) as server, ClientSession() as session:
        base_url = str(server.make_url("")).rstrip("/")
        yield Service(base_url, f"{base_url}/ledgers/{LEDGER}", session, tokens, settings, database_url, app)


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """A service whose ledger `demo` is empty."""
    async with running(database_url, tmp_path) as service:
        yield service
