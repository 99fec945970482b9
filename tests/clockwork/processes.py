"""Processes of the service as far as they keep time: each with its own pool, runner, sequencer and clockwork."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from events.envelope import read_event as read_posted
from ledger.clockwork.clockwork import Clockwork
from ledger.clockwork.watches import WATCHES
from ledger.registry import Ledgers, OpenLedger, Trouble
from ledger.sequencer.draft import Draft, Unit, draft_event
from ledger.store.connections import open_pool
from ledger.store.leases import Lease
from projections.event import Event
from tests.runner.shelves import logged
from tests.sequencer.drafts import NOW
from tests.sequencer.made import NAME, Made

LEASE_SECONDS = 0.6


@dataclass
class Clock:
    """The time, as the test says."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Told(Trouble):
    """The errors that were told."""

    errors: list[Exception] = field(default_factory=list)

    def failed(self, ledger: str, where: str, error: Exception) -> None:  # noqa: ARG002
        self.errors.append(error)


@asynccontextmanager
async def process(
    made: Made, clock: Clock, told: Told | None = None, *, ticking: bool = False
) -> AsyncIterator[OpenLedger]:
    """One process whose clockwork ticks when it is told to."""
    async with open_pool(made.dsn, size=4) as pool:
        ledgers = Ledgers(made.dsn, pool, made.keys, clock, told or Told(), WATCHES, ticking=ticking)
        ledger = await ledgers.get(NAME)
        assert ledger is not None
        try:
            # A short lease, so that tests need not wait for one to expire.
            ledger.clockwork._lease = Lease(pool, NAME, "clockwork", ledgers._holder, LEASE_SECONDS)
            yield ledger
        finally:
            await ledgers.close()


def posted(type_: str, id_: str, time: datetime, incident: str | None = "paris", **data: Any) -> Draft:
    document = {"specversion": "1.0", "type": type_, "id": id_, "source": "urn:desk", "time": time.isoformat()}
    subject = {} if incident is None else {"subject": incident}
    return draft_event(read_posted({**document, **subject, "data": data}))


async def post(ledger: OpenLedger, *drafts: Draft) -> list[int]:
    answers = await asyncio.gather(*(ledger.sequencer.enqueue(Unit([draft])) for draft in drafts))
    return [outcome.index for (outcome,) in answers]


async def recorded(made: Made) -> list[Event]:
    """The service's own events, in the order of the log."""
    return [event for event in await logged(made) if event.source.startswith("urn:ledgerd:")]


async def held_up(clockwork: Clockwork) -> None:
    """Die without a word: the lease stays with who is no more."""
    clockwork._lease.epoch = None
