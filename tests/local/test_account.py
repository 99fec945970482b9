"""What only root can try: the server runs unprivileged, and closed folders stay closed."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.local import LocalPostgres
from ledger.local.account import account_for
from ledger.local.binaries import SETTING, Binaries, find_binaries
from ledger.local.published import reachable_binaries

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="lending an account takes root")


def test_the_server_doesn_t_run_as_root(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with LocalPostgres(tmp_path / "cluster", settings={"fsync": "off"}) as server:
        owner = Path(f"/proc/{server.pid}").stat().st_uid
    assert owner != 0
    assert (tmp_path / "cluster" / "data").stat().st_uid == owner
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_cluster_runs_as_the_account_that_owns_it(tmp_path: Path) -> None:
    os.chown(tmp_path, pwd.getpwnam("daemon").pw_uid, 0)
    account = account_for(tmp_path)
    assert account
    assert account.name == "daemon"


def test_a_cluster_that_was_copied_by_root_is_handed_to_the_account(tmp_path: Path) -> None:
    with LocalPostgres(tmp_path, settings={"fsync": "off"}):
        pass
    for folder, _, files in os.walk(tmp_path / "data"):
        for path in (folder, *(os.path.join(folder, file) for file in files)):  # noqa: PTH118 - os.walk speaks strings
            os.chown(path, 0, 0)
    with LocalPostgres(tmp_path, settings={"fsync": "off"}) as server:
        assert server.pid


@pytest.fixture
def closed(tmp_path: Path) -> Binaries:
    """The programs below a folder that only root may enter."""
    prefix = find_binaries().folder.parent
    if not (prefix / "share" / "postgres.bki").is_file():
        pytest.skip("the system's own programs lie open and are spread over folders")
    (tmp_path / "home").mkdir(mode=0o700)
    package = tmp_path / "home" / prefix.parent.name
    shutil.copytree(prefix, package / prefix.name, ignore=shutil.ignore_patterns("include"))
    shutil.copytree(f"{prefix.parent}.libs", f"{package}.libs")
    return Binaries(package / prefix.name / "bin")


@pytest.fixture
def cache() -> Iterator[Path]:
    """A place that every account reaches; pytest's own folders are closed."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder, "ledgerd")


def test_programs_below_a_closed_folder_are_copied_once_and_serve(
    closed: Binaries, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_for(tmp_path / "none")
    copied = reachable_binaries(closed, account, cache=cache)
    assert copied.folder.is_relative_to(cache)
    before = copied.postgres.stat()
    assert reachable_binaries(closed, account, cache=cache).postgres.stat() == before
    assert len(list(cache.iterdir())) == 1
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    monkeypatch.setenv(SETTING, str(copied.folder))
    with LocalPostgres(tmp_path / "cluster", settings={"fsync": "off"}) as server:
        assert server.pid
        assert os.path.realpath(f"/proc/{server.pid}/exe") == str(copied.postgres)
