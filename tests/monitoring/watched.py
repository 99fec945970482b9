"""Processes that watch one ledger: each with its own connections and memory, all with the test's clock."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from events.envelope import Posted
from events.strict import JsonObject, JsonValue
from ledger.monitoring.monitor import Monitor
from ledger.monitoring.response import Response
from ledger.registry import Ledgers, OpenLedger, Trouble
from ledger.sequencer.draft import Unit, draft_event
from ledger.store.connections import open_pool
from projections.event import Event, read_event
from tests.sequencer.made import NAME, Made


@dataclass(slots=True)
class Time:
    """A clock that stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its ledger, and its monitor, which looks when it is told to."""

    ledger: OpenLedger
    monitor: Monitor

    async def look(self) -> None:
        await self.monitor.look(self.ledger)

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
    errors: list[Exception] = []
    async with open_pool(made.dsn, size=3) as pool:
        ledgers = Ledgers(made.dsn, pool, made.keys, clock, Trouble())
        ledger = await ledgers.get(NAME)
        assert ledger is not None
        try:
            response = None if plan is None else Response(plan)
            yield Process(ledger, Monitor(ledgers, clock, lambda _ledger, error: errors.append(error), response))
        finally:
            await ledgers.close()
    assert errors == []
