"""The latency of one event on an idle ledger."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from time import perf_counter
from urllib.parse import urlsplit

import asyncpg

from benchmarks import sample
from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import Ground
from benchmarks.http import Connection

_TIMES = 200
_PAUSE_SECONDS = 0.02
_TABLE = """
CREATE TABLE bare_insert (
    ledger_id text NOT NULL, index bigint NOT NULL, source text NOT NULL, id text NOT NULL, entry bytea NOT NULL,
    PRIMARY KEY (ledger_id, index))"""
_INSERT = "INSERT INTO bare_insert VALUES ('bare', $1, 'urn:connector:x:acme', $2, $3)"


async def run(ground: Ground) -> Report:
    """Compare with one bare INSERT, once after a pause each and once back to back."""
    ledger = await ground.ledger("idle")
    target = ledger.posting()
    path = urlsplit(target.url).path
    connection = await asyncpg.connect(ground.dsn)
    await connection.execute(_TABLE)
    row = sample.event(target.template, "i", 0)

    async def insert(number: int) -> None:
        await connection.execute(_INSERT, number, str(number), row)

    with Connection(target.url, target.headers) as http:

        async def post(number: int) -> None:
            http.post(path, sample.event(target.template, "i", number))

        paused = await _alternating(post, insert)
        posts, inserts = await _in_a_row(post), await _in_a_row(insert)
    await connection.close()
    return Report(
        "One event at a time",
        [
            Figure("POST, p50, idle ledger", paused[0], "ms", "one bare INSERT", paused[1], Target(2.5, at_most=True)),
            Figure("POST, p50, back to back", posts, "ms", "one bare INSERT", inserts),
        ],
        f"{_TIMES} of each; idle: alternating, {_PAUSE_SECONDS * 1000:.0f} ms before each",
    )


Action = Callable[[int], Awaitable[None]]


async def _alternating(*actions: Action) -> list[float]:
    """Return the median of each action in milliseconds; they alternate, with a pause before each."""
    times: list[list[float]] = [[] for _ in actions]
    for number in range(_TIMES):
        for action, found in zip(actions, times, strict=True):
            await asyncio.sleep(_PAUSE_SECONDS)
            found.append(await _timed(action, number))
    return [statistics.median(found) for found in times]


async def _in_a_row(action: Action) -> float:
    return statistics.median([await _timed(action, _TIMES + number) for number in range(_TIMES)])


async def _timed(action: Action, number: int) -> float:
    began = perf_counter()
    await action(number)
    return (perf_counter() - began) * 1000
