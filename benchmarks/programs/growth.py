"""Memory and append rate while a ledger grows from 10,000 events to the size asked for."""

import asyncio
from collections.abc import Awaitable

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import Ground, LedgerUnderTest, succeeded

_SMALL = 10_000
_BATCH = 100
_SECONDS = 4.0


async def run(ground: Ground) -> Report:
    """Compare the rate of batches and the service's memory at both sizes."""
    ledger = await ground.ledger("growth")
    await _grow(ground, ledger, _SMALL)
    before, memory = await _rate(ground, ledger), ground.service.megabytes
    peak = await _highest(ground, _grow(ground, ledger, ground.grown_size))
    after = await _rate(ground, ledger)
    size = await ground.size(ledger)
    return Report(
        f"Growth from {_SMALL:,} to {size:,} events",
        [
            Figure("append rate at the end", after, "/s", f"at {_SMALL:,} events", before, Target(0.9)),
            Figure(
                "memory gained, when quiet",
                ground.service.megabytes - memory,
                "MB",
                target=Target(50.0, at_most=True, absolute=True),
            ),
            Figure("memory, highest under way", max(peak, ground.service.megabytes), "MB"),
        ],
        f"batches of {_BATCH} over 64 connections; --size says how far; load: {ground.load.name}",
    )


async def _rate(ground: Ground, ledger: LedgerUnderTest) -> float:
    measured = succeeded(await ground.load.closed(ledger.posting(_BATCH), _SECONDS))
    await ground.quiet()
    return measured.rate * _BATCH


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
