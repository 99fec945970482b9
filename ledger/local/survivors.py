"""PostgreSQL processes that outlived their owner, and the pid file they leave."""

import os
import signal
import time
from pathlib import Path

from ledger.local.failure import LocalPostgresError

PROC = Path("/proc")


def await_survivors(data: Path, *, seconds: float = 60) -> None:
    """Wait until no PostgreSQL process works in the data folder; call only under the owner's lock.

    After `kill -9` of an owner its server still writes a checkpoint, and backends of a killed server live for a moment.
    """
    deadline = time.monotonic() + seconds
    asked: set[int] = set()
    while pids := servers_in(data):
        server = recorded_pid(data)
        if server in pids and server not in asked:
            os.kill(server, signal.SIGINT)
            asked.add(server)
        if time.monotonic() > deadline:
            raise LocalPostgresError(f"PostgreSQL processes {pids} still work in {data}; end them with kill -INT")
        time.sleep(0.02)


def disown(data: Path) -> None:
    """Make PostgreSQL take a left pid file for stale, even if another process carries that number by now.

    PostgreSQL ignores a file that names its parent, which is us, and still checks the shared memory the file tells of;
    removing the file would lose that check.
    """
    file = data / "postmaster.pid"
    if file.exists():
        _, _, rest = file.read_text().partition("\n")
        file.write_text(f"{os.getpid()}\n{rest}")


def servers_in(data: Path) -> list[int]:
    """Return the pids of PostgreSQL processes whose working folder is `data`.

    Without /proc: the recorded pid, if it lives.
    """
    if not PROC.is_dir():
        pid = recorded_pid(data)
        return [pid] if pid and pid != os.getpid() and _alive(pid) else []
    here = data.stat()
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and _works_in(entry, here)]


def recorded_pid(data: Path) -> int | None:
    """Return the pid in `postmaster.pid`."""
    try:
        first = (data / "postmaster.pid").read_text().partition("\n")[0]
    except FileNotFoundError:
        return None
    return int(first) if first.strip().isdigit() else None


def _works_in(process: Path, folder: os.stat_result) -> bool:
    try:
        return (process / "comm").read_text() == "postgres\n" and os.path.samestat((process / "cwd").stat(), folder)
    except OSError:  # gone meanwhile, or another account's
        return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
