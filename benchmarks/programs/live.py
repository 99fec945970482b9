"""Open pages while events are posted: how long it takes from a post to the page that shows it."""

import asyncio
import bisect
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import INCIDENT, Ground, LedgerUnderTest
from benchmarks.sample import event

_PAGES, _POSTS_A_SECOND, _SECONDS = 200, 200, 5
_SETTLES_SECONDS = 1.0


@dataclass(slots=True)
class _Open:
    """A page that follows its stream: which entries it had heard of, and when."""

    indexes: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def heard(self, index: int) -> float:
        """Return when it first heard of entry `index` or a later one; infinity where it didn't."""
        place = bisect.bisect_left(self.indexes, index)
        return self.times[place] if place < len(self.times) else float("inf")


async def run(ground: Ground) -> Report:
    """Post at a steady rate while pages are open: crisis rooms, then pages of the incident."""
    figures = []
    for what, path in {"crisis rooms": "/live", "pages of the incident": f"/incidents/{INCIDENT}/live"}.items():
        ledger = await ground.ledger(f"live-{what.split(' ')[0]}")
        await _post(ledger, 1)
        figures += await _figures(ledger, what, path)
        await ground.quiet()
    return Report(
        f"{_PAGES} open pages, {_POSTS_A_SECOND} posts a second",
        figures,
        "from when a post was due to when a page had received it; pages and posters share this process",
    )


async def _figures(ledger: LedgerUnderTest, what: str, path: str) -> list[Figure]:
    pages = [_Open() for _ in range(_PAGES)]
    async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=None)) as session:
        following = [asyncio.create_task(_follow(session, ledger, path, page)) for page in pages]
        await asyncio.sleep(_SETTLES_SECONDS)
        posted = await _post(ledger, _POSTS_A_SECOND * _SECONDS)
        await asyncio.sleep(_SETTLES_SECONDS)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    delays = sorted((page.heard(index) - due) * 1000 for page in pages for index, due in posted)
    cuts = statistics.quantiles(delays, n=100)
    return [
        Figure(f"{what}, p99", cuts[98], "ms", target=Target(500.0, at_most=True, absolute=True)),
        Figure(f"{what}, p50", cuts[49], "ms"),
    ]


async def _follow(session: ClientSession, ledger: LedgerUnderTest, path: str, page: _Open) -> None:
    async with session.get(ledger.url + path, headers=ledger.reading()) as answer:
        answer.raise_for_status()
        async for line in answer.content:
            if line.startswith(b"id: "):
                page.indexes.append(int(line[4:]))
                page.times.append(perf_counter())


async def _post(ledger: LedgerUnderTest, count: int) -> Sequence[tuple[int, float]]:
    """Post `count` events at the steady rate; return each one's index and when it was due."""
    target, posted = ledger.posting(Prefer="return=minimal"), list[tuple[int, float]]()
    async with ClientSession(connector=TCPConnector(limit=0)) as session:

        async def post(number: int, due: float) -> None:
            await asyncio.sleep(due - perf_counter())
            body = event(target.template, "live", number)
            async with session.post(target.url, data=body, headers=target.headers) as answer:
                posted.append((json.loads(await answer.read())["index"], due))

        began = perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(post(number, began + number / _POSTS_A_SECOND))
    return posted
