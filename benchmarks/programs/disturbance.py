"""What large reads do to those who post: timelines of 10,000 events are read five times a second meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import Ground, LedgerUnderTest, in_turns, succeeded
from benchmarks.programs.timeline import EVENTS, fill, timeline_path

_READS_A_SECOND, _READS_AT_ONCE = 5.0, 5
_POSTS_A_SECOND = 200.0
_SECONDS = 4.0


async def run(ground: Ground) -> Report:
    """Compare the p99 of posters with and without the readers, at a steady rate and as fast as posts are taken."""
    scene = _Scene(ground, await ground.ledger("disturbance-read"), await ground.ledger("disturbance-posted"))
    fill(scene.read)
    p99 = await in_turns(
        ground,
        {
            "steady": scene.steady,
            "steady, read": partial(scene.disturbed, scene.steady),
            "full": scene.full,
            "full, read": partial(scene.disturbed, scene.full),
        },
        rounds=2,
    )
    return Report(
        f"Posting while timelines of {EVENTS:,} events are read {_READS_A_SECOND:.0f} times a second",
        [
            _figure(f"POST, p99, {_POSTS_A_SECOND:.0f} posts a second", p99["steady, read"], p99["steady"]),
            _figure("POST, p99, 64 connections, full load", p99["full, read"], p99["full"]),
            Figure("timelines answered", len(scene.served) / scene.read_for, "/s"),
        ],
        f"timelines as NDJSON, at most {_READS_AT_ONCE} under way; medians of 2 rounds in turns",
    )


class _Scene:
    """Who posts where, and who reads meanwhile."""

    def __init__(self, ground: Ground, read: LedgerUnderTest, posted: LedgerUnderTest) -> None:
        self._load, self.read, self._target = ground.load, read, posted.posting()
        self.served: list[int] = []
        self.read_for = 0.0

    async def steady(self) -> float:
        """Return the p99 of posts at a steady rate, in milliseconds."""
        return succeeded(await self._load.at_rate(self._target, _SECONDS, _POSTS_A_SECOND)).p99

    async def full(self) -> float:
        """Return the p99 of posts as fast as they are taken, in milliseconds."""
        return succeeded(await self._load.closed(self._target, _SECONDS)).p99

    async def disturbed(self, load: Callable[[], Awaitable[float]]) -> float:
        """Return the p99 of a load while timelines are read."""
        began = perf_counter()
        async with _readers(self.read, self.served):
            p99 = await load()
        self.read_for += perf_counter() - began
        return p99


def _figure(what: str, disturbed: float, undisturbed: float) -> Figure:
    return Figure(what, disturbed, "ms", "undisturbed", undisturbed, Target(2.0, at_most=True))


@asynccontextmanager
async def _readers(ledger: LedgerUnderTest, served: list[int]) -> AsyncIterator[None]:
    """Ask for the timeline at the rate while not too many answers are under way; `served` gets each one's size."""
    tasks: set[asyncio.Task[None]] = set()

    async def ask() -> None:
        while True:
            if len(tasks) < _READS_AT_ONCE:
                task = asyncio.create_task(_read(ledger, served))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            await asyncio.sleep(1 / _READS_A_SECOND)

    asking = asyncio.create_task(ask())
    try:
        yield
    finally:
        for task in (asking, *tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _read(ledger: LedgerUnderTest, served: list[int]) -> None:
    parts = urlsplit(ledger.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 22)
    try:
        headers = "".join(f"{name}: {value}\r\n" for name, value in ledger.reading().items())
        path = f"{timeline_path(ledger)}?format=ndjson"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n{headers}\r\n".encode())
        size = 0
        while received := await reader.read(1 << 20):
            size += len(received)
        served.append(size)
    finally:
        writer.close()
