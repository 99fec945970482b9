"""A disk or a peer that stalls for a moment costs a moment: nobody gets an error, and everybody is answered."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from ledger.store.tokens import Role
from tests.faults.aftermath import one_history, receipts_hold
from tests.faults.posters import Acknowledged, Poster
from tests.faults.process import served
from tests.faults.tokens import make_token
from tests.sequencer.made import Made

STALL = 0.2
Stall = Callable[[Made], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def another_writer_holds_the_head(made: Made) -> AsyncIterator[None]:
    async with made.head_held():
        yield


@asynccontextmanager
async def the_database_stands_still(made: Made) -> AsyncIterator[None]:
    """Every backend of this database is stopped, as by a disk that doesn't answer."""
    async with made.superuser() as superuser:
        rows = await superuser.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    pids = [row["pid"] for row in rows]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("stall", [another_writer_holds_the_head, the_database_stands_still])
async def test_a_short_stall_delays_but_refuses_nobody(
    made: Made, tmp_path: Path, session: ClientSession, stall: Stall
) -> None:
    told, poster = Acknowledged(), await make_token(made, Role.POSTER)
    async with served(made.dsn, tmp_path) as [service]:
        load = [Poster(f"p{number}", session, poster, lambda: service.url, told) for number in range(40)]
        tasks = [asyncio.create_task(each.insist()) for each in load]
        await asyncio.sleep(0.5)
        async with stall(made):
            await asyncio.sleep(STALL)
            answered = len(told.waits)
            await asyncio.sleep(STALL)
            assert len(told.waits) == answered, "nothing is acknowledged while nothing can be committed"
        await asyncio.sleep(1.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert max(wait for _, wait in told.waits) >= STALL
        assert len(told.waits) > answered + len(load), "it goes on"
        assert (told.refused, told.retried) == ([], set())
        receipts_hold(made, told, await one_history(made))
