"""Our own load generator: `… URL SECONDS CONNECTIONS RATE TEMPLATE PREFIX EVENTS HEADER…`.

Takes the place of wrk where that isn't installed, and posts at a fixed rate, which wrk can't. RATE 0: closed loop. At a
rate, the latency of a request counts from when it was due, so that a stalled server doesn't hide by slowing us down.
"""

import asyncio
import json
import statistics
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.sample import ID

_DRAIN_SECONDS = 10.0


class _Requests:
    """Builds requests, each event with an id of its own."""

    def __init__(self, url: str, template: bytes, prefix: str, events: int, headers: list[str]) -> None:
        parts = urlsplit(url)
        lines = "".join(f"{line}\r\n" for line in headers)
        self._start = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{lines}Content-Length: ".encode()
        self._parts, self._events = template.split(ID.encode()), events
        self._prefix, self._digits = prefix + "o-", len(ID) - len(prefix) - 2
        self._count = 0

    def next(self) -> bytes:
        body = self._event() if self._events == 1 else b"[%b]" % b",".join(self._event() for _ in range(self._events))
        return b"%b%d\r\n\r\n%b" % (self._start, len(body), body)

    def _event(self) -> bytes:
        self._count += 1
        return f"{self._prefix}{self._count:0{self._digits}d}".encode().join(self._parts)


class _Run:
    """One run: what is due, who is free, what was measured."""

    def __init__(self, requests: _Requests) -> None:
        self._requests = requests
        self._free: deque[_Client] = deque()
        self._due: deque[float] = deque()
        self.closed_loop_until = 0.0
        self.latencies: list[float] = []
        self.failed = 0
        self._expected = -1
        self._all = asyncio.Event()

    def add(self, due: float) -> None:
        """Have a request sent that was due at `due`, as soon as a connection is free."""
        if self._free:
            self._free.popleft().send(self._requests.next(), due)
        else:
            self._due.append(due)

    def free(self, client: "_Client") -> None:
        """Give a connection its next request."""
        now = perf_counter()
        if now < self.closed_loop_until:
            client.send(self._requests.next(), now)
        elif self._due:
            client.send(self._requests.next(), self._due.popleft())
        else:
            self._free.append(client)

    async def drained(self, expected: int) -> None:
        """Wait for the answers to `expected` requests; those that don't come within a time failed."""
        self._expected = expected
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all.wait(), _DRAIN_SECONDS if len(self.latencies) < expected else 0)
        self.failed += max(0, expected - len(self.latencies))

    def answered(self, latency: float, *, success: bool) -> None:
        self.latencies.append(latency)
        self.failed += not success
        if len(self.latencies) == self._expected:
            self._all.set()


class _Client(asyncio.Protocol):
    """One keep-alive connection with at most one request under way. Answers must have a Content-Length."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._received = bytearray()
        self._needed = 0
        self._due: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by class
        self._run.free(self)

    def send(self, request: bytes, due: float) -> None:
        """Send a request; call only when free."""
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._needed:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            length = bytes(self._received[:end]).lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._needed = end + 4 + int(length)
        if len(self._received) >= self._needed and self._due is not None:
            success = self._received.startswith(b"HTTP/1.1 2")
            self._received.clear()
            self._needed, due, self._due = 0, self._due, None
            self._run.answered(perf_counter() - due, success=success)
            self._run.free(self)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._due is not None:
            self._run.answered(perf_counter() - self._due, success=False)


async def _load(url: str, seconds: float, connections: int, rate: float, run: _Run) -> float:
    """Run the load and return how long it took."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    began = perf_counter()
    if not rate:
        run.closed_loop_until = began + seconds
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: _Client(run), host, port)
    if not rate:
        await asyncio.sleep(run.closed_loop_until - perf_counter())
        return perf_counter() - began
    for due in _schedule(began, seconds, rate):
        await asyncio.sleep(max(0.0, due - perf_counter()))
        run.add(due)
    await run.drained(int(seconds * rate))
    return perf_counter() - began


def _schedule(began: float, seconds: float, rate: float) -> Iterator[float]:
    return (began + number / rate for number in range(int(seconds * rate)))


def main() -> None:
    """Run; the result is the last line on stderr, in milliseconds."""
    url, seconds, connections, rate, template, prefix, events, *headers = sys.argv[1:]
    run = _Run(_Requests(url, Path(template).read_bytes(), prefix, int(events), headers))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        took = runner.run(_load(url, float(seconds), int(connections), float(rate), run))
    cuts = statistics.quantiles(run.latencies, n=100) if len(run.latencies) > 1 else [0.0] * 99
    found = {"requests": len(run.latencies), "seconds": took, "failed": run.failed}
    sys.stderr.write(json.dumps({**found, "p50": cuts[49] * 1000, "p99": cuts[98] * 1000}) + "\n")


if __name__ == "__main__":
    main()
