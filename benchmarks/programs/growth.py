"""Memory and append rate while a ledger grows from 10,000 events to the size asked for."""

import asyncio
from collections.abc import Awaitable
from typing import NamedTuple

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import Ground, LedgerUnderTest, succeeded

_SMALL = 10_000
_BATCH = 100
_SECONDS = 4.0


async def run(ground: Ground) -> Report:
    """Compare the rate of batches, what an event costs and the service's memory at both sizes."""
    ledger = await ground.ledger("growth")
    await _grow(ground, ledger, _SMALL)
    before, memory = await _appending(ground, ledger), ground.service.megabytes
    peak = await _highest(ground, _grow(ground, ledger, ground.grown_size))
    after = await _appending(ground, ledger)
    size, small = await ground.size(ledger), f"at {_SMALL:,} events"
    gained = ground.service.megabytes - memory
    return Report(
        f"Growth from {_SMALL:,} to {size:,} events",
        [
            Figure("append rate at the end", after.rate, "/s", small, before.rate, Target(0.9)),
            Figure("processor time of the service per event", after.service, "us", small, before.service),
            Figure("processor time of the database, vacuum included", after.database, "us", small, before.database),
            Figure("memory gained, when quiet", gained, "MB", target=Target(50.0, at_most=True, absolute=True)),
            Figure("memory, highest under way", max(peak, ground.service.megabytes), "MB"),
        ],
        f"batches of {_BATCH} over 64 connections; --size says how far; load: {ground.load.name}",
    )


class _Appending(NamedTuple):
    """How fast events were appended, a second, and what one cost service and database, in microseconds."""

    rate: float
    service: float
    database: float


async def _appending(ground: Ground, ledger: LedgerUnderTest) -> _Appending:
    await ground.quiet()
    size = await ground.size(ledger)
    service, database = ground.service.cpu_seconds, ground.database_cpu_seconds
    measured = succeeded(await ground.load.closed(ledger.posting(_BATCH), _SECONDS))
    await ground.quiet()
    microseconds = 1e6 / (await ground.size(ledger) - size)
    return _Appending(
        measured.rate * _BATCH,
        (ground.service.cpu_seconds - service) * microseconds,
        (ground.database_cpu_seconds - database) * microseconds,
    )


async def _grow(ground: Ground, ledger: LedgerUnderTest, size: int) -> None:
    while await ground.size(ledger) < size:
        await ground.load.closed(ledger.posting(_BATCH, Prefer="return=minimal"), _SECONDS)
    await ground.quiet()


async def _highest(ground: Ground, growing: Awaitable[None]) -> float:
    """Return the most memory that the service took during `growing`, in MB."""
    task = asyncio.ensure_future(growing)
    highest = 0.0
    while not task.done():
        highest = max(highest, ground.service.megabytes)
        await asyncio.wait([task], timeout=0.2)
    await task
    return highest
