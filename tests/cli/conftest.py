"""Tests of the command."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from ledger.local.sockets import close_socket_dir
from ledger.local.survivors import servers_in
from tests.cli.program import serving
from tests.service.fixture import service  # noqa: F401 - found by its name


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Services in this process log only trouble: commands that run here share their output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demonstration that was started once and stopped."""
    folder = tmp_path_factory.mktemp("demo")
    with serving(folder, "--demo") as first:
        assert "the sample crisis was told" in first.errors
        assert first.stop() == 0
    return folder


@pytest.fixture
def demo_folder(told: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it. Whatever a test did to its service, no PostgreSQL may be left in it."""
    folder = tmp_path / "data"
    shutil.copytree(told, folder)
    yield folder
    data = folder / "postgres" / "data"
    assert servers_in(data) == []
    close_socket_dir(data)


@pytest.fixture
def new_folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder in which nothing was started yet."""
    folder = tmp_path / "new"
    folder.mkdir(mode=0o700)
    yield folder
    close_socket_dir(folder / "postgres" / "data")
