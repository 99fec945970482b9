"""The evidence bundle of an incident of 100,000 events: how long, in how much memory, and what posters notice."""

import asyncio
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import INCIDENT, Ground, LedgerUnderTest, succeeded
from benchmarks.programs.dashboard import EVENTS, tell

_POSTS_A_SECOND, _POSTING_SECONDS = 50.0, 10.0
_LOOK_SECONDS = 0.1
_OK = 200


class _Read(NamedTuple):
    status: int
    megabytes: float
    seconds: float
    processor: float
    grown: float


async def run(ground: Ground) -> Report:
    """Fetch the timeline, then the bundle, then the bundle while somebody posts to another ledger."""
    ledger, posted = await ground.ledger("evidence"), await ground.ledger("evidence-posted")
    last = tell(ledger)
    while (await _read(ground, ledger, f"incidents/{INCIDENT}?after={last}")).status != _OK:
        pass  # each request waits for ten seconds at most
    await ground.quiet()
    timeline = await _read(ground, ledger, f"incidents/{INCIDENT}/timeline?format=ndjson")
    await ground.quiet()
    alone = await _read(ground, ledger, f"evidence?incident={INCIDENT}")
    await ground.quiet()
    undisturbed = succeeded(await ground.load.at_rate(posted.posting(), _POSTING_SECONDS, _POSTS_A_SECOND))
    meanwhile = asyncio.create_task(_read(ground, ledger, f"evidence?incident={INCIDENT}"))
    disturbed = succeeded(await ground.load.at_rate(posted.posting(), _POSTING_SECONDS, _POSTS_A_SECOND))
    await meanwhile
    return Report(
        f"Evidence bundle of an incident of {EVENTS:,} events",
        [
            Figure("bundle", alone.seconds, "s", target=Target(60.0, at_most=True, absolute=True)),
            Figure("bundle against timeline", alone.seconds, "s", "timeline, NDJSON", timeline.seconds),
            Figure("processor time of the service", alone.processor, "s", "timeline, NDJSON", timeline.processor),
            Figure("size of the bundle", alone.megabytes, "MB"),
            Figure("memory that it took at most", alone.grown, "MB"),
            Figure("POST meanwhile, p50", disturbed.p50, "ms", "undisturbed", undisturbed.p50),
            Figure("POST meanwhile, p99", disturbed.p99, "ms", "undisturbed", undisturbed.p99),
        ],
        f"every entry and opening is verified and judged before the first byte; {_POSTS_A_SECOND:.0f} posts a second",
    )


async def _read(ground: Ground, ledger: LedgerUnderTest, path: str) -> _Read:
    """Read an answer to its end, and watch how far the service's memory grows meanwhile."""
    parts, before = urlsplit(f"{ledger.url}/{path}"), ground.service.megabytes
    most, worked = [before], ground.service.cpu_seconds
    watching = asyncio.create_task(_watch(ground, most))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 22)
    began, size, status = perf_counter(), 0, 0
    try:
        headers = "".join(f"{name}: {value}\r\n" for name, value in ledger.reading().items())
        asked = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n{headers}\r\n"
        writer.write(asked.encode())
        while received := await reader.read(1 << 20):
            status = status or int(received.split(b" ", 2)[1])
            size += len(received)
    finally:
        watching.cancel()
        writer.close()
    seconds, worked = perf_counter() - began, ground.service.cpu_seconds - worked
    return _Read(status, size / 1e6, seconds, worked, max(most) - before)


async def _watch(ground: Ground, most: list[float]) -> None:
    while True:
        most.append(ground.service.megabytes)
        await asyncio.sleep(_LOOK_SECONDS)
