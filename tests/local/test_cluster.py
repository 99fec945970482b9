"""The supervisor with real servers, real signals and real permissions."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from ledger.local import LocalPostgres, LocalPostgresError
from ledger.local.sockets import close_socket_dir, socket_dir
from ledger.local.survivors import servers_in

OWNER = """
import sys, time
from pathlib import Path
from ledger.local import LocalPostgres
server = LocalPostgres(Path(sys.argv[1]))
server.start()
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that was created and stopped, with one table."""
    folder = tmp_path_factory.mktemp("made") / "cluster"
    with LocalPostgres(folder, settings={"fsync": "off"}) as server:
        ask(server, "CREATE TABLE kept (n int)")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the created cluster, below a folder that only its owner may enter."""
    tmp_path.chmod(0o700)
    copy = tmp_path / "cluster"
    shutil.copytree(made, copy)
    yield copy
    assert servers_in(copy / "data") == []
    close_socket_dir(copy / "data")


def ask(server: LocalPostgres, statement: str, database: str = "ledger") -> object:
    async def talk() -> object:
        connection = await asyncpg.connect(server.dsn(database))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(talk())


def start_owner(folder: Path) -> subprocess.Popen[bytes]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, folder], stdout=subprocess.PIPE)
    assert owner.stdout
    assert owner.stdout.readline() == b"ready\n"
    return owner


def kill(owner: subprocess.Popen[bytes]) -> None:
    owner.kill()
    owner.communicate()


def test_data_outlives_a_stop_and_the_url_stays(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        ask(server, "INSERT INTO kept VALUES (1)")
        url = server.dsn()
    with LocalPostgres(folder) as server:
        assert server.dsn() == url
        assert ask(server, "SELECT count(*) FROM kept") == 1


def test_acknowledged_data_is_on_disk(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        assert [ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "data_checksums")] == [
            "on",
            "on",
            "on",
        ]


def test_nobody_else_can_reach_the_server(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        assert ask(server, "SHOW listen_addresses") == ""
        assert stat.S_IMODE(socket_dir(folder / "data").stat().st_mode) == 0o700
    assert not socket_dir(folder / "data").exists()


def test_a_folder_open_to_others_is_not_taken_for_the_socket(folder: Path) -> None:
    place = socket_dir(folder / "data")
    place.mkdir()
    place.chmod(0o777)
    try:
        with pytest.raises(LocalPostgresError, match="open to others"):
            LocalPostgres(folder).start()
    finally:
        place.rmdir()


def test_a_folder_name_longer_than_a_socket_path_may_be_works(folder: Path) -> None:
    deep = folder.with_name("x" * 120)
    folder.rename(deep)
    with LocalPostgres(deep) as server:
        assert ask(server, "SELECT 1") == 1
    deep.rename(folder)


def test_a_second_owner_is_refused_and_told_who_is_first(folder: Path) -> None:
    owner = start_owner(folder)
    other = LocalPostgres(folder)
    assert other.served()
    with pytest.raises(LocalPostgresError, match=f"in use by process {owner.pid}"):
        other.start()
    assert ask(other, "SELECT 1") == 1
    kill(owner)
    with other:
        assert other.served()
    assert not other.served()


def test_a_killed_owner_leaves_no_server(folder: Path) -> None:
    kill(start_owner(folder))
    deadline = time.monotonic() + 10
    while servers_in(folder / "data"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_next_owner_starts_while_the_killed_one_s_server_still_ends(folder: Path) -> None:
    for expected in range(3):
        owner = start_owner(folder)
        assert (
            ask(LocalPostgres(folder), "INSERT INTO kept VALUES (1) RETURNING (SELECT count(*) FROM kept)") == expected
        )
        kill(owner)
    with LocalPostgres(folder) as server:
        assert ask(server, "SELECT count(*) FROM kept") == 3


def test_a_killed_server_is_started_again_with_everything_acknowledged(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        for _ in range(3):
            ask(server, "INSERT INTO kept VALUES (1)")
            assert server.pid
            os.kill(server.pid, signal.SIGKILL)
            while server.pid:
                time.sleep(0.005)
            server.start()
        assert ask(server, "SELECT count(*) FROM kept") == 3


def test_a_left_pid_file_with_a_number_that_lives_again_is_stale(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        left = (folder / "data" / "postmaster.pid").read_text().splitlines()
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
    sleeper = subprocess.Popen(["/bin/sleep", "60"])
    (folder / "data" / "postmaster.pid").write_text("\n".join([str(sleeper.pid), *left[1:], ""]))
    with LocalPostgres(folder) as server:
        assert ask(server, "SELECT 1") == 1
    assert sleeper.poll() is None
    kill(sleeper)


def test_ctrl_c_is_left_to_us(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        assert server.pid
        assert os.getsid(server.pid) == server.pid


def test_an_interrupted_creation_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new" / "PG_VERSION").write_text("18\n")
    with LocalPostgres(tmp_path, settings={"fsync": "off"}) as server:
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SELECT datcollate FROM pg_database WHERE datname = 'ledger'") == "C.UTF-8"


def test_another_major_version_is_refused_with_advice(folder: Path) -> None:
    (folder / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(LocalPostgresError, match=r"written by PostgreSQL 14, but .* holds \d+: install PostgreSQL 14"):
        LocalPostgres(folder).start()


def test_a_folder_of_another_account_is_refused_with_advice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    with pytest.raises(LocalPostgresError, match="belongs to another account"):
        LocalPostgres(folder).start()


def test_a_server_that_can_t_start_says_what_postgresql_said(folder: Path) -> None:
    with pytest.raises(LocalPostgresError, match="shared_buffers"):
        LocalPostgres(folder, settings={"shared_buffers": "none"}).start()
    assert not LocalPostgres(folder).served()


def test_variables_meant_for_other_servers_don_t_steer_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with LocalPostgres(folder) as server:
        monkeypatch.undo()
        assert ask(server, "SHOW port") == "5432"


def test_a_thread_that_could_end_before_the_owner_may_not_start_it(folder: Path) -> None:
    caught: list[Exception] = []

    def start() -> None:
        try:
            LocalPostgres(folder).start()
        except LocalPostgresError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


def test_stopping_twice_and_starting_twice_are_harmless(folder: Path) -> None:
    server = LocalPostgres(folder)
    server.stop()
    server.start()
    first = server.pid
    server.start()
    assert server.pid == first
    server.stop()
    server.stop()
