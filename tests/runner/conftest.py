from pathlib import Path

import pytest

from tests.sequencer.made import Made, make_ledger
from tests.service.fixture import service  # noqa: F401 - found by its name


@pytest.fixture
async def made(database_url: str, tmp_path: Path) -> Made:
    """An empty ledger in a database of its own, without a service."""
    return await make_ledger(database_url, tmp_path)
