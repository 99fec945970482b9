import os
from pathlib import Path

import pytest

from ledger.local import LocalPostgresError, binaries
from ledger.local.binaries import SETTING, Binaries, find_binaries


def programs(folder: Path, version: str = "17.2") -> Path:
    """Write programs that know only their version."""
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without wheel, pg_config and system packages."""
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(binaries, "SYSTEM", tmp_path / "system")
    monkeypatch.setenv("PATH", str(tmp_path / "path") + os.pathsep + "/usr/bin:/bin")
    monkeypatch.setattr(
        "shutil.which", lambda name: str(tmp_path / "path" / name) if (tmp_path / "path" / name).exists() else None
    )
    return tmp_path


def test_the_setting_goes_before_all_others(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(elsewhere / "system" / "18" / "bin")
    monkeypatch.setenv(SETTING, str(programs(elsewhere / "mine")))
    assert find_binaries() == Binaries(elsewhere / "mine")


def test_a_setting_that_leads_nowhere_is_an_error(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(elsewhere / "system" / "18" / "bin")
    monkeypatch.setenv(SETTING, str(elsewhere / "mine"))
    with pytest.raises(LocalPostgresError, match="mine holds no postgres"):
        find_binaries()


def test_pg_config_goes_before_the_system_s_folders_unless_it_has_no_server(elsewhere: Path) -> None:
    newest = programs(elsewhere / "system" / "18" / "bin")
    (elsewhere / "path").mkdir()
    (elsewhere / "path" / "pg_config").write_text(f"#!/bin/sh\necho {elsewhere}/configured\n")
    (elsewhere / "path" / "pg_config").chmod(0o755)
    assert find_binaries() == Binaries(newest)
    configured = programs(elsewhere / "configured")
    assert find_binaries() == Binaries(configured)


def test_of_the_system_s_versions_the_newest_is_taken(elsewhere: Path) -> None:
    for major in ("9", "15", "18"):
        programs(elsewhere / "system" / major / "bin", f"{major}.1")
    assert find_binaries().major() == "18"


def test_without_any_programs_the_error_says_what_to_do(elsewhere: Path) -> None:
    assert not (elsewhere / "system").exists()
    with pytest.raises(LocalPostgresError, match=r"install ledgerd\[local\].*DATABASE_URL"):
        find_binaries()


def test_programs_of_another_machine_are_named(tmp_path: Path) -> None:
    folder = programs(tmp_path / "bin", "unknown")
    with pytest.raises(LocalPostgresError, match="doesn't run here"):
        Binaries(folder).version()
