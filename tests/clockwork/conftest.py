from pathlib import Path

import pytest

from tests.sequencer.made import Made, make_ledger


@pytest.fixture
async def made(database_url: str, tmp_path: Path) -> Made:
    """An empty ledger in a database of its own."""
    return await make_ledger(database_url, tmp_path)
