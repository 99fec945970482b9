"""kill -9 under load, again and again: what was acknowledged is there, once, and proved by the receipts given."""

import asyncio
import random
from pathlib import Path

from aiohttp import ClientSession

from ledger.local import LocalPostgres
from ledger.store.tokens import Role
from tests.faults.aftermath import one_history, receipts_hold
from tests.faults.posters import Acknowledged, Poster
from tests.faults.process import PATIENCE, crash, served
from tests.faults.tokens import make_token
from tests.sequencer.made import Made

KILLS = 20
_POSTERS, _BATCHERS = 24, 4


async def test_twenty_kills_of_the_service_and_of_the_database_lose_nothing_and_double_nothing(
    durable: tuple[LocalPostgres, Path], durably_made: Made, tmp_path: Path, session: ClientSession
) -> None:
    made, told = durably_made, Acknowledged()
    poster = await make_token(made, Role.POSTER)
    async with served(made.dsn, tmp_path) as [service]:
        load = [
            Poster(f"p{number}", session, poster, lambda: service.url, told, batch=1 if number < _POSTERS else 7)
            for number in range(_POSTERS + _BATCHERS)
        ]
        tasks = [asyncio.create_task(each.insist()) for each in load]
        for number in range(KILLS):
            await _progress(told, tasks, at_least=60)
            await asyncio.sleep(random.uniform(0, 0.1))  # noqa: S311 - anywhere in a commit
            if number % 2:
                crash(*durable)
            else:
                service.end()
                await service.start()
        await _progress(told, tasks, at_least=60)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _settled(made)
        history = await one_history(made)
        receipts_hold(made, told, history)
        assert told.retried, "nobody was in the middle of a post: that was no load"
        await _first_receipts_again(load[0], told)
        assert len((await one_history(made)).entries) - len(history.entries) <= len(load), "a repetition added nothing"


async def _progress(told: Acknowledged, tasks: list[asyncio.Task[None]], *, at_least: int) -> None:
    """Wait until posters got so many answers more."""
    goal = len(told.receipts) + at_least
    async with asyncio.timeout(PATIENCE):
        while len(told.receipts) < goal:
            await asyncio.sleep(0.01)
            for task in tasks:
                assert not task.done(), task.exception()


async def _settled(made: Made) -> None:
    """Wait until what posters left under way, batches of several events among it, has landed or is lost."""
    async with asyncio.timeout(PATIENCE):
        before, now = -1, len(await made.entries())
        while now != before:
            await asyncio.sleep(1.0)
            before, now = now, len(await made.entries())


async def _first_receipts_again(poster: Poster, told: Acknowledged) -> None:
    """Post events again that were acknowledged: `insist` holds every receipt against the first one."""
    sample = [name for name in told.receipts if name in told.retried][:200] + list(told.receipts)[:100]
    poster.batch = 1
    async with asyncio.timeout(PATIENCE):
        await poster.insist(iter(sample))
