"""A service with a clock of the test's own, and a crisis to tell to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.hiding.story import BEGUN, Clock, Story
from tests.http.client import Client
from tests.service.fixture import running


@pytest.fixture
async def story(database_url: str, tmp_path: Path) -> AsyncIterator[Story]:
    """A crisis that was just declared."""
    clock = Clock(BEGUN)
    async with running(database_url, tmp_path, clock) as service:
        story = Story(Client(service), clock)
        await story.tell("incident.opened", {"reason": "Tickets are refused.", "severity": "major"}, actor=JEANNE)
        yield story


JEANNE = "person:jeanne;role=incident_lead"
