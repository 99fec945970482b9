"""Servers under measurement: each a process of its own, on a free port of the loopback."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    pid: int

    @property
    def megabytes(self) -> float:
        """Return the resident memory of the process, in MB; 0 where the system doesn't say."""
        statm = Path(f"/proc/{self.pid}/statm")
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if statm.exists() else 0.0

    @property
    def cpu_seconds(self) -> float:
        """Return the processor time that the process has taken; 0 where the system doesn't say."""
        return cpu_seconds(self.pid)


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """Return the processor time of a process, if asked with its children, living and ended; 0 where it is unknown."""
    stat, children = Path(f"/proc/{pid}/stat"), Path(f"/proc/{pid}/task/{pid}/children")
    try:
        ticks = [int(field) for field in stat.read_text().rpartition(")")[2].split()[11:15]]
        living = children.read_text().split() if with_children else []
    except OSError:  # it has ended, or this isn't Linux
        return 0.0
    own = sum(ticks if with_children else ticks[:2]) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in living)


@asynccontextmanager
async def python_server(
    module: str, arguments: Sequence[str], log: BinaryIO, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Run `python -m module PORT arguments…` until the block ends; what it says goes to `log`.

    Raises `RuntimeError` with the log where it doesn't start.
    """
    port = _free_port()
    command = (sys.executable, "-m", module, str(port), *arguments)
    process = await asyncio.create_subprocess_exec(*command, stderr=log, env={**os.environ, **(environment or {})})
    try:
        if not await _ready(process, port):
            raise RuntimeError(f"{module} doesn't answer on port {port}: {_last_words(log)}")
        yield Server(port, process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _last_words(log: BinaryIO) -> str:
    return Path(log.name).read_text(errors="replace")[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _ready(process: asyncio.subprocess.Process, port: int) -> bool:
    deadline = asyncio.get_running_loop().time() + _READY_SECONDS
    while asyncio.get_running_loop().time() < deadline and process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return True
    return False
