"""`ledgerd rebuild`."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure

if TYPE_CHECKING:
    import asyncpg

    from projections import AnyProjection

_LOOK_SECONDS = 0.1
_NAMES = "Only this one; else all."


def rebuild(
    ledger: Annotated[str | None, typer.Option(help=_NAMES)] = None,
    projection: Annotated[str | None, typer.Option(help=_NAMES)] = None,
) -> None:
    """Fold projections anew from the log, beside those that readers see, and switch once they have caught up.

    Safe while a service runs: both fold, and no event is folded twice.

    For instance:

        ledgerd rebuild

        ledgerd rebuild --ledger acme --projection timeline
    """
    from ledger.cli.database import on_database
    from projections import PROJECTIONS

    chosen = [each for each in PROJECTIONS if projection in {None, each.name}]
    if not chosen:
        names = ", ".join(each.name for each in PROJECTIONS)
        raise typer.BadParameter(f"{projection}: the projections are {names}", param_hint="--projection")
    on_database(partial(_rebuild_all, only=ledger, chosen=chosen))


async def _rebuild_all(pool: "asyncpg.Pool", *, only: str | None, chosen: "list[AnyProjection]") -> None:
    from ledger.store.ledgers import all_ledgers

    names = [row.name for row in await all_ledgers(pool) if only in {None, row.name}]
    if not names:
        raise Failure(
            f"there is no ledger {only}; `ledgerd ledger list` shows them" if only else "there is no ledger yet"
        )
    for name in names:
        await _rebuild(pool, name, chosen)
        typer.echo(f"{name}: rebuilt {', '.join(each.name for each in chosen)}")


async def _rebuild(pool: "asyncpg.Pool", ledger: str, chosen: "list[AnyProjection]") -> None:
    """Begin the builds and fold, beside whichever service runs, until readers see each of them."""
    from ledger.client.progress import progress
    from ledger.runner.builds import begin_rebuild
    from ledger.runner.runner import Runner
    from ledger.store.reads import Reads
    from projections import PROJECTIONS

    async with pool.acquire() as connection, connection.transaction():
        builds = {(each.name, await begin_rebuild(connection, ledger, each)) for each in chosen}
    failures: list[Exception] = []
    runner = Runner(pool, ledger, PROJECTIONS, failed=failures.append)
    await runner.start()
    try:
        with progress(f"{ledger}: folding", (await Reads(pool, ledger).checkpoint()).size) as tell:
            while (folded := await _unseen(pool, ledger, builds)) is not None:
                if failures:
                    raise Failure(f"{ledger} can't be folded: {failures[0]}; readers keep what they see")
                tell(folded)
                await asyncio.sleep(_LOOK_SECONDS)
    finally:
        await runner.stop()


async def _unseen(pool: "asyncpg.Pool", ledger: str, builds: set[tuple[str, int]]) -> int | None:
    """Return how far the slowest build has come that readers don't see yet; None where there is none left."""
    from ledger.store.queries import QUERIES

    rows = await pool.fetch(QUERIES["cursors"], ledger)
    # A build that is gone was followed by a newer one, which readers see.
    waiting = [row["next"] for row in rows if (row["projection"], row["version"]) in builds and not row["live"]]
    return min(waiting, default=None)
