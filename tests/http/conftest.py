"""Tests of the interface: whatever is answered must also be what the OpenAPI document says."""

from collections.abc import AsyncIterator

import pytest

from ledger.demo.telling import tell_story
from ledger.web.context import LEDGERS
from tests.conftest import Cloned
from tests.http.client import Client
from tests.service.fixture import LEDGER, Service, running
from tests.service.fixture import service as service  # noqa: PLC0414 - a fixture of this folder


@pytest.fixture
def client(service: Service) -> Client:
    """A client of a service whose ledger is empty."""
    return Client(service)


async def tell_crisis(client: Client) -> None:
    """Tell the sample crisis."""
    ledger = await client.service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    await tell_story(ledger, lambda _events: None)


@pytest.fixture(scope="session")
async def standing(cloned: Cloned, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A client of a service that many tests share: for what does not depend on what the ledger holds."""
    async with cloned(template) as dsn, running(dsn, tmp_path_factory.mktemp("standing")) as service:
        yield Client(service)


@pytest.fixture(scope="session")
async def told(cloned: Cloned, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A client of a service whose ledger tells the sample crisis: tests only read it.

    What auditors read of it is recorded behind the crisis.
    """
    async with cloned(template) as dsn, running(dsn, tmp_path_factory.mktemp("told")) as service:
        client = Client(service)
        await tell_crisis(client)
        yield client
