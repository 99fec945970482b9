"""Two processes on one ledger under load: one history, and whoever waits is answered in bounded time."""

import asyncio
import itertools
import random
from pathlib import Path

from aiohttp import ClientSession

from ledger.store.tokens import Role
from tests.faults.aftermath import one_history, receipts_hold
from tests.faults.posters import Acknowledged, Poster
from tests.faults.process import served
from tests.faults.tokens import make_token
from tests.sequencer.made import Made

SECONDS = 4.0
PATIENCE = 10.0


async def test_two_processes_under_load_write_one_history_and_nobody_gets_an_error(
    made: Made, tmp_path: Path, session: ClientSession
) -> None:
    told, poster = Acknowledged(), await make_token(made, Role.POSTER)
    async with served(made.dsn, tmp_path, processes=2) as [one, other]:
        # Posters of the same name post the same events, to different processes at the same time.
        urls = [lambda: one.url, lambda: other.url, lambda: random.choice([one, other]).url]  # noqa: S311
        load = [
            Poster(f"p{number // 3}", session, poster, url, told, 5 if number % 2 else 1, PATIENCE)
            for number, url in enumerate(itertools.islice(itertools.cycle(urls), 30))
        ]
        tasks = [asyncio.create_task(each.insist()) for each in load]
        done, _ = await asyncio.wait(tasks, timeout=SECONDS, return_when=asyncio.FIRST_EXCEPTION)
        assert not done, [task.exception() for task in done]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        history = await one_history(made)
        assert not told.refused, told.refused[0]
        assert not told.retried, "someone was left waiting"
        receipts_hold(made, told, history)
        for service in (one, other):
            assert not service.errors, service.errors
