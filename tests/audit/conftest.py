"""One service and one log for all cases of a module; each case changes the database and gets it back as it was."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.audit.intruder import Intruder
from tests.audit.story import post_story
from tests.conftest import Cloned
from tests.service.fixture import Service, running, service  # noqa: F401 - found by its name


@pytest.fixture(scope="module")
async def kept(cloned: Cloned, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service whose ledger `demo` holds the story, for a whole module."""
    async with cloned(template) as dsn, running(dsn, tmp_path_factory.mktemp("kept")) as kept:
        await post_story(kept)
        yield kept


@pytest.fixture
async def intruder(kept: Service) -> AsyncIterator[Intruder]:
    """The database's superuser, triggers switched off; what they did is undone afterwards."""
    connection = await asyncpg.connect(kept.database_url)
    intruder = await Intruder.enter(connection)
    yield intruder
    await intruder.undo()
    await connection.close()


@pytest.fixture
def fresh_memory(tmp_path: Path) -> Path:
    """A folder in which nothing is remembered yet."""
    return tmp_path / "memory"
