"""A service with a clock of the test's own, and a crisis to tell to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from ledger.app import build
from ledger.settings import Settings
from tests.hiding.story import BEGUN, Clock, Story
from tests.http.client import Client
from tests.service.fixture import LEDGER, Service, prepare


@pytest.fixture
async def story(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    """A crisis that was just declared."""
    settings, clock = Settings(data_dir=tmp_path), Clock(BEGUN)
    tokens = await prepare(database_url, settings)
    app = build(settings, database_url, clock)
    async with TestServer(app) as server, ClientSession() as session:
        base_url = str(server.make_url("")).rstrip("/")
        service = Service(base_url, f"{base_url}/ledgers/{LEDGER}", session, tokens, settings, database_url, app)
        story = Story(Client(service), clock)
        await story.tell("incident.opened", {"reason": "Tickets are refused.", "severity": "major"}, actor=JEANNE)
        yield story


JEANNE = "person:jeanne;role=incident_lead"
