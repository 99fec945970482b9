"""Projections as they stand in the database, and a simple one to see what is folded how often."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import asyncpg

from ledger.runner.folding import Place, replay, sorted_json
from ledger.runner.runner import Runner
from ledger.store.connections import open_pool
from projections import AnyProjection
from projections.event import Event, read_event
from projections.projection import Projection, Row, RowKey
from tests.sequencer.made import NAME, Made


class CountRow(Row):
    """How many events there were, and of which indexes: an event folded twice or never shows."""

    indexes: tuple[int, ...] = ()


class Counts(Projection[CountRow]):
    """One row an incident, and one for all the rest."""

    name = "counts"
    version = 1
    row = CountRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        yield RowKey(event.incident or "", "count")

    def fold(self, row: CountRow | None, key: RowKey, event: Event) -> CountRow:  # noqa: ARG002
        return CountRow(indexes=(*(row.indexes if row else ()), event.index))


class NewerCounts(Counts):
    """The same in a later version of the code."""

    version = 2

    def fold(self, row: CountRow | None, key: RowKey, event: Event) -> CountRow:
        return super().fold(row, key, event)


@asynccontextmanager
async def running(
    made: Made, projections: Sequence[AnyProjection], failed: list[Exception] | None = None
) -> AsyncIterator[Runner]:
    """A runner of one process, that isn't started."""
    heard: list[Exception] = [] if failed is None else failed
    async with open_pool(made.dsn, size=3) as pool:
        runner = Runner(pool, NAME, projections, failed=heard.append)
        yield runner
        await runner.stop()


async def shelved(made: Made, projection: AnyProjection | None = None, *, live: bool = True) -> dict[Place, str]:
    """The rows that readers see (or all), as canonical JSON."""
    async with made.superuser() as superuser:
        rows = await superuser.fetch(
            "SELECT r.projection, r.version, r.incident, r.key, r.row FROM ledger.projection_rows AS r "
            "JOIN ledger.projection_cursors AS c USING (ledger_id, projection, version) WHERE c.live OR NOT $1",
            live,
        )
    return {
        Place(row["projection"], row["version"], RowKey(row["incident"], row["key"])): sorted_json(row["row"])
        for row in rows
        if projection is None or row["projection"] == projection.name
    }


async def cursors(made: Made) -> dict[tuple[str, int], tuple[int, bool]]:
    """(projection, build) → (next, live)."""
    async with made.superuser() as superuser:
        rows: list[asyncpg.Record] = await superuser.fetch("SELECT * FROM ledger.projection_cursors")
    return {(row["projection"], row["version"]): (row["next"], row["live"]) for row in rows}


async def logged(made: Made) -> list[Event]:
    """The log as folds see it."""
    return await read_log(made.dsn)


async def read_log(dsn: str) -> list[Event]:
    """The log at `dsn` as folds see it."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(
        "SELECT index, entry, openings FROM ledger.entries JOIN ledger.contents USING (ledger_id, index) ORDER BY index"
    )
    await connection.close()
    return [read_event(row["index"], row["entry"], row["openings"]) for row in rows]


def replayed(projections: Iterable[AnyProjection], events: Sequence[Event]) -> dict[tuple[str, RowKey], str]:
    """What the rows must be, whatever the build."""
    return {
        (projection.name, key): row for projection in projections for key, row in replay(projection, events).items()
    }


def seen(rows: dict[Place, str]) -> dict[tuple[str, RowKey], str]:
    """Rows without the number of their build."""
    return {(place.projection, place.key): row for place, row in rows.items()}


async def caught_up(runner: Runner) -> None:
    """Fold all there is, with a limit."""
    async with asyncio.timeout(30):
        await runner.catch_up()
