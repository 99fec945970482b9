"""Run PostgreSQL's programs in the data folder, as the account, with an environment of our own."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from ledger.local.account import Account
from ledger.local.failure import LocalPostgresError

# Root's account may not be able to walk to the data folder (a 0700 home above it). It needn't: root enters the folder
# before it drops its rights, and the programs reach it as their working folder.
HERE = "/proc/self/cwd" if sys.platform == "linux" else "."
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def run(arguments: Sequence[str], *, folder: Path, account: Account | None, stdin: str = "") -> None:
    """Run a program to its end; an error carries what it printed."""
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            arguments,
            cwd=folder,
            env=_environment(),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _unstarted(arguments[0], account, error) from error
    if done.returncode:
        raise LocalPostgresError(f"{Path(arguments[0]).name} failed: {done.stdout.strip()}")


def launch(
    arguments: Sequence[str], *, folder: Path, account: Account | None, output: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a server that ends, by a fast shutdown, when the calling *thread* ends: call from the main thread.

    It leads a session of its own, so that Ctrl-C reaches only us and we stop it after our own work is done.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs
            arguments,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_end_with_owner(os.getpid()),  # noqa: PLW1509 - two system calls, nothing that takes a lock
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _unstarted(arguments[0], account, error) from error


def _end_with_owner(owner: int) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None

    def request() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != owner:  # the owner died before we asked
            os._exit(1)

    return request


def _environment() -> dict[str, str]:
    """Return ours without PG*: a PGDATA or PGPORT meant for another server must not steer this one."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "LC_ALL": "C",
        "TZ": "UTC",
    }


def _unstarted(program: str, account: Account | None, error: Exception) -> LocalPostgresError:
    whom = f" as {account.name}" if account else ""
    return LocalPostgresError(f"can't start {program}{whom}: {error}; set DATABASE_URL to use a running server instead")
