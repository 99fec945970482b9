"""Single events, each answered with its receipt."""

from functools import partial

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import Ground, in_turns, succeeded
from benchmarks.load import Target as Where

_SECONDS = 2.0


async def run(ground: Ground) -> Report:
    """Compare with the handler that stores nothing, and with one INSERT a request."""
    ledger = await ground.ledger("single")
    where = {
        "ledger": ledger.posting(),
        "echo": ground.bare(ground.echo),
        "insert": ground.bare(ground.insert_each),
    }
    for target in where.values():
        await ground.load.closed(target, 1.0)
    rates = await in_turns(ground, {name: partial(_rate, ground, target) for name, target in where.items()})
    cost = await ground.cost(ledger, where["ledger"], _SECONDS)
    bare = await ground.bare_cost(ground.echo, where["echo"], _SECONDS)
    return Report(
        "Single events with receipt, 64 connections",
        [
            Figure(
                "events with receipt",
                rates["ledger"],
                "/s",
                "the same handler that stores nothing",
                rates["echo"],
                Target(0.5),
            ),
            Figure(
                "events with receipt",
                rates["ledger"],
                "/s",
                "one INSERT a request, pool of 10",
                rates["insert"],
                Target(2.0),
            ),
            Figure("processor time of the service per event", cost, "us", "the handler that stores nothing", bare),
        ],
        f"medians of 3 rounds of {_SECONDS:.0f} s in turns; load: {ground.load.name}",
    )


async def _rate(ground: Ground, target: Where) -> float:
    return succeeded(await ground.load.closed(target, _SECONDS)).rate
