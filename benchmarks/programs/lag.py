"""How far the projections are behind the log while single events are posted as fast as they are taken."""

import asyncio
import bisect
import statistics
from time import perf_counter

import asyncpg

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import Ground, succeeded

_SECONDS = 6.0
_LOOK_SECONDS = 0.005
_QUERY = """
SELECT size, (SELECT min(next) FROM ledger.projection_cursors WHERE ledger_id = $1 AND live)
FROM ledger.heads WHERE ledger_id = $1"""


async def run(ground: Ground) -> Report:
    """Watch head and cursors in the database: an entry's lag is from when it stood in the log to when it was folded."""
    ledger = await ground.ledger("lag")
    await ground.load.closed(ledger.posting(), 1.0)
    await ground.quiet()
    done = asyncio.Event()
    watching = asyncio.create_task(_watch(ground.dsn, ledger.name, done))
    measured = succeeded(await ground.load.closed(ledger.posting(), _SECONDS))
    await asyncio.sleep(1.0)
    done.set()
    lags = _lags(await watching)
    cuts = statistics.quantiles(lags, n=100)
    return Report(
        "Lag of the projections under full load of single events, 64 connections",
        [
            Figure("lag, p99", cuts[98], "ms", target=Target(250.0, at_most=True, absolute=True)),
            Figure("lag, p50", cuts[49], "ms"),
            Figure("rate of the load", measured.rate, "/s"),
        ],
        f"head and cursors read every {_LOOK_SECONDS * 1000:.0f} ms; load: {ground.load.name}",
    )


Look = tuple[float, int, int]


async def _watch(dsn: str, ledger: str, done: asyncio.Event) -> list[Look]:
    """Return (time, size of the log, place of the projections) for every look."""
    connection = await asyncpg.connect(dsn)
    looks: list[Look] = []
    while not done.is_set():
        if row := await connection.fetchrow(_QUERY, ledger):
            looks.append((perf_counter(), row[0], row[1] or 0))
        await asyncio.sleep(_LOOK_SECONDS)
    await connection.close()
    return looks


def _lags(looks: list[Look]) -> list[float]:
    """Return, in milliseconds, how long it took from every look at which the log had grown until that was folded."""
    folded = [look[2] for look in looks]
    lags, before = [], looks[0][1]
    for time, size, _ in looks:
        if size > before:
            caught_up = bisect.bisect_left(folded, size)
            end = looks[caught_up][0] if caught_up < len(looks) else looks[-1][0]
            lags.append((end - time) * 1000)
            before = size
    return lags
