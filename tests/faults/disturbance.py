"""What goes on around a log: writers that give up, dawdle and die, lost hints, transactions left open."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

from ledger.app import utc_now
from ledger.sequencer.committer import Committer
from ledger.sequencer.draft import Unit
from ledger.sequencer.tip import Tip, follow, load_tip
from ledger.store.log import PostgresLog
from ledger.store.ports import StoreUnavailable
from tests.faults.process import ServiceProcess
from tests.sequencer.drafts import comment, record
from tests.sequencer.made import Made


class RolledBackOnPurpose(Exception):
    """The writer thought better of it."""


async def writers_that_dawdle_and_roll_back(made: Made) -> None:
    """Append within a transaction that sleeps before it ends; every second one is rolled back."""
    async with _opened(made) as log:
        tip = await load_tip(log)
        for number in count():
            unit = Unit([comment(f"dawdling {number}", "paris", source="urn:dawdling")])
            with suppress(RolledBackOnPurpose):
                async with log.locked():
                    tip = await _append(made, log, tip, unit)
                    await asyncio.sleep(0.03)
                    if number % 2:
                        raise RolledBackOnPurpose
            await asyncio.sleep(0.4)


async def writers_that_die(made: Made) -> None:
    """Append within a transaction, and lose the connection before it ends."""
    async with _opened(made) as log:
        tip = await load_tip(log)
        for number in count():
            with suppress(StoreUnavailable):
                async with log.locked():
                    tip = await _append(made, log, tip, Unit([comment(f"dying {number}", source="urn:dying")]))
                    assert log._connection is not None
                    log._connection.terminate()
            await asyncio.sleep(0.5)


@asynccontextmanager
async def _opened(made: Made) -> AsyncIterator[PostgresLog]:
    log = made.log()
    try:
        yield log
    finally:
        await log.close()


async def _append(made: Made, log: PostgresLog, tip: Tip, unit: Unit) -> Tip:
    """Append in the transaction that holds the head, and return the tip before it: the unit may be rolled back."""
    committer = Committer(log, lambda: made.key, made.keeper(), utc_now, record, made.pseudonyms)
    committer._signer = made.key
    committer._tip = await follow(tip, log)
    assert await committer._attempt([unit], {}) is not None
    return committer._tip


async def hints_that_are_lost(made: Made) -> None:
    """Cut every connection that listens, again and again."""
    async with made.superuser() as superuser:
        while True:
            await superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND (query ILIKE 'LISTEN%' OR query LIKE '%pg_notify%') AND pid <> pg_backend_pid()"
            )
            await asyncio.sleep(0.2)


async def a_process_that_is_killed(service: ServiceProcess) -> None:
    """Kill a process of the service and start it again, three times; then let it live."""
    for _ in range(3):
        await asyncio.sleep(1.0)
        service.end()
        await service.start()
    await asyncio.Event().wait()


@asynccontextmanager
async def a_transaction_left_open(made: Made) -> AsyncIterator[None]:
    """Someone reads and writes something else in a transaction that never ends: an id and a snapshot are held."""
    async with made.superuser() as superuser:
        transaction = superuser.transaction(isolation="repeatable_read")
        await transaction.start()
        await superuser.execute("CREATE TABLE foreign_work AS SELECT count(*) FROM ledger.entries")
        try:
            yield
        finally:
            await transaction.rollback()


@asynccontextmanager
async def meanwhile(*goings_on: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let things go on during the block; one that fails fails the block."""
    tasks = [asyncio.create_task(each) for each in goings_on]
    try:
        yield
        for task in tasks:
            assert not task.done(), task.exception()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
