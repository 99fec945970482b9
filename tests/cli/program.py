"""The command as a user runs it: a process of its own, its settings in its environment."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from ledger.cli import main
from tests.conftest import CHECKOUT

PATIENCE = 60.0
_SERVING = re.compile(r"^serving on (http://\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ran to its end."""

    code: int
    output: str
    errors: str


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Our environment without any setting of the person who runs the tests."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LEDGERD_", "DATABASE_URL"))}
    return plain | {"LEDGERD_DATA_DIR": str(folder), "PYTHONPATH": str(CHECKOUT), **settings}


def ledgerd(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "ledger.cli", *arguments],
        env=environment(folder, **settings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def ledgerd_here(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run a command to its end in this process, which holds only while nothing else writes to its output."""
    output, errors, code = StringIO(), StringIO(), 0
    with (
        patch.dict(os.environ, environment(folder, **settings), clear=True),
        patch.object(sys, "argv", ["ledgerd", *arguments]),
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ended(code, output.getvalue(), errors.getvalue())


@dataclass(slots=True)
class Serving:
    """A running `ledgerd serve`."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str = ""

    @property
    def ledger(self) -> str:
        """The URL of the ledger `demo`."""
        return f"{self.url}/ledgers/demo"

    @property
    def output(self) -> str:
        """What it printed so far."""
        return (self.folder / "serve.out").read_text()

    @property
    def errors(self) -> str:
        """What it logged so far."""
        return (self.folder / "serve.err").read_text()

    def postgres(self) -> int:
        """The pid of its PostgreSQL."""
        return int((self.folder / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def workers(self) -> list[int]:
        """The pids of its children that serve."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text() != "postgres\n"]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(
    folder: Path, *arguments: str, command: tuple[str, ...] = (sys.executable,), **settings: str
) -> Iterator[Serving]:
    """Start `ledgerd serve` on a free port, wait until it serves, and end it with the block."""
    with (folder / "serve.out").open("wb") as output, (folder / "serve.err").open("wb") as errors:
        process = subprocess.Popen(
            [*command, "-m", "ledger.cli", "serve", "--port", "0", *arguments],
            env=environment(folder, **settings),
            cwd=folder,
            stdout=output,
            stderr=errors,
        )
    service = Serving(process, folder)
    try:
        until(lambda: _SERVING.search(service.output) is not None or process.poll() is not None)
        found = _SERVING.search(service.output)
        assert found, f"exit code {process.poll()}: {service.errors}"
        service.url = found[1]
        yield service
    finally:
        if process.poll() is None:
            service.stop()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether no process of that number lives; one that only waits to be collected is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def bearer(tokens: Mapping[str, str], role: str) -> dict[str, str]:
    """The header that authenticates as a role."""
    return {"Authorization": f"Bearer {tokens[role]}"}


def comment(number: int | str) -> dict[str, object]:
    """A comment outside any incident."""
    data = {"platform": "x", "external_id": f"n{number}", "author": "someone", "in_reply_to": None, "text": "Words"}
    event = {"specversion": "1.0", "type": "comment.received", "source": "urn:test", "id": f"n{number}"}
    return {**event, "time": "2026-11-22T10:00:00Z", "data": data}
