"""The service as a process that can be killed and started again at the same address."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientError, ClientSession

from ledger.local import LocalPostgres
from ledger.local.survivors import servers_in
from tests.cli.program import environment
from tests.sequencer.made import NAME

PATIENCE = 30.0


class ServiceProcess:
    """`ledgerd serve` over the database at `dsn`; `folder` holds its keys, which other processes may share."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self._dsn, self._folder = dsn, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/ledgers/{NAME}"

    @property
    def errors(self) -> str:
        """What it and those before it at this address logged."""
        return self._log.read_text(errors="replace")

    @property
    def _log(self) -> Path:
        return self._folder / f"service-{self._port}.log"

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self._process = process = self._launch()
        async with ClientSession() as session, asyncio.timeout(PATIENCE):
            while not await self._ready(session):
                assert process.poll() is None, self.errors
                await asyncio.sleep(0.02)

    def _launch(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "ledger.cli", "serve", "--port", str(self._port)],
                env=environment(self._folder, DATABASE_URL=self._dsn, LEDGERD_LOG_LEVEL="warning"),
                cwd=self._folder,
                stdout=subprocess.DEVNULL,
                stderr=output,
            )

    async def _ready(self, session: ClientSession) -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{self._port}/readyz") as answer:
                return answer.status == 200
        except ClientError:
            return False

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it with a signal, by default without a chance to do anything."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None


@asynccontextmanager
async def served(dsn: str, folder: Path, processes: int = 1) -> AsyncIterator[list[ServiceProcess]]:
    """So many processes on one database with one folder of keys."""
    services = [ServiceProcess(dsn, folder) for _ in range(processes)]
    try:
        for service in services:
            await service.start()
        yield services
    finally:
        for service in services:
            service.end(signal.SIGTERM)


def crash(postgres: LocalPostgres, data: Path) -> None:
    """Kill every process of the server at once, as a power cut would, and start it again: it recovers from its WAL."""
    kill(servers_in(data))
    postgres.stop()
    postgres.start()


def kill(pids: Iterable[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
