"""Load on a server: closed loop over many connections by wrk, or by our own generator where wrk isn't installed."""

import asyncio
import itertools
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 64
_SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True, slots=True)
class Target:
    """Where events are posted, and what each looks like."""

    url: str
    template: bytes
    headers: Mapping[str, str]
    events_a_request: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a load. Latencies in milliseconds; `failed` counts answers from 400 up and broken connections."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Return the requests a second that succeeded."""
        return (self.requests - self.failed) / self.seconds


class Load:
    """The generator; every load it makes posts ids of its own."""

    def __init__(self) -> None:
        self._wrk = shutil.which("wrk")
        self._numbers = itertools.count()

    @property
    def name(self) -> str:
        """Return which generator it is."""
        return "wrk, one thread" if self._wrk else "our own generator (wrk isn't installed)"

    async def closed(self, target: Target, seconds: float, connections: int = CONNECTIONS) -> Measured:
        """Post for `seconds` (whole ones with wrk), each connection the next request when the last is answered."""
        if not self._wrk:
            return await self._own(target, seconds, connections, rate=0.0)
        options = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s", str(_SCRIPT)]
        with _file(target.template) as template:
            arguments = [template, self._prefix(), str(target.events_a_request), *_lines(target.headers)]
            return await _run([self._wrk, *options, target.url, "--", *arguments])

    async def at_rate(self, target: Target, seconds: float, rate: float, connections: int = CONNECTIONS) -> Measured:
        """Post `rate` requests a second, whatever the server does; latency counts from when a request was due."""
        return await self._own(target, seconds, connections, rate)

    async def _own(self, target: Target, seconds: float, connections: int, rate: float) -> Measured:
        options = [target.url, str(seconds), str(connections), str(rate)]
        with _file(target.template) as template:
            arguments = [template, self._prefix(), str(target.events_a_request), *_lines(target.headers)]
            return await _run([sys.executable, "-m", "benchmarks.generator", *options, *arguments])

    def _prefix(self) -> str:
        return f"r{next(self._numbers)}"


@contextmanager
def _file(template: bytes) -> Iterator[str]:
    """Lay the template into a file for the generator, and return its name."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(template)
        file.flush()
        yield file.name


def _lines(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


async def _run(command: Sequence[str]) -> Measured:
    """Run a generator; its last line on stderr is the result."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    try:
        return Measured(**json.loads(said.splitlines()[-1]))
    except (IndexError, ValueError):
        raise RuntimeError(f"the load generator failed: {said.decode(errors='replace')}") from None
