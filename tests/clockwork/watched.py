"""Processes that watch one ledger: each with its own connections and memory, all with the test's clock."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from events.envelope import Posted
from events.strict import JsonObject, JsonValue
from ledger.clockwork.watches import watches
from ledger.registry import Ledgers, OpenLedger
from ledger.sequencer.draft import Unit, draft_event
from ledger.store.connections import open_pool
from projections.event import Event, read_event
from tests.clockwork.processes import Told
from tests.sequencer.made import NAME, Made


@dataclass(slots=True)
class Time:
    """A clock that stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its ledger, whose clockwork ticks when it is told to."""

    ledger: OpenLedger

    async def look(self) -> None:
        """Tick until there is nothing more to append."""
        while await self.ledger.clockwork.tick():
            pass

    async def post(self, type_: str, id_: str, time: datetime, **data: JsonValue) -> int:
        return (await self.post_all([(type_, id_, time, data)]))[0]

    async def post_all(self, events: Sequence[tuple[str, str, datetime, JsonObject]]) -> list[int]:
        drafts = [
            draft_event(
                Posted(
                    id_,
                    "urn:connector:x",
                    type_,
                    None,
                    None,
                    time,
                    {"id": id_, "time": time.isoformat(), **data},
                    recorded_by_service=False,
                )
            )
            for type_, id_, time, data in events
        ]
        return [outcome.index for outcome in await self.ledger.sequencer.enqueue(Unit(drafts))]

    async def log(self) -> list[Event]:
        size = (await self.ledger.reads.checkpoint()).size
        return [
            read_event(event.index, event.entry, event.openings)
            for first in range(0, size, 500)
            for event in await self.ledger.reads.events(first, first + 500)
        ]


@asynccontextmanager
async def watching(made: Made, clock: Time, plan: str | None = None) -> AsyncIterator[Process]:
    """One process, from its start to its end."""
    told = Told()
    async with open_pool(made.dsn, size=3) as pool:
        ledgers = Ledgers(made.dsn, pool, made.keys, clock, told, watches(plan), ticking=False)
        ledger = await ledgers.get(NAME)
        assert ledger is not None
        try:
            yield Process(ledger)
        finally:
            await ledgers.close()
    assert told.errors == []
