"""Batches of 100 events, each event answered with its receipt."""

from functools import partial
from time import perf_counter

import asyncpg

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import Ground, in_turns, succeeded
from benchmarks.load import Target as Where

BATCH = 100
_SECONDS = 2.0
_TABLE = """
CREATE TABLE bare_copy (
    ledger_id text NOT NULL, index bigint NOT NULL, source text NOT NULL, id text NOT NULL, entry bytea NOT NULL,
    openings bytea NOT NULL, content bytea NOT NULL, PRIMARY KEY (ledger_id, index))"""


async def run(ground: Ground) -> Report:
    """Compare with the handler that stores nothing, and with COPY of as many bytes in as many commits."""
    ledger = await ground.ledger("batch")
    where = {
        "receipts": ledger.posting(BATCH),
        "minimal": ledger.posting(BATCH, Prefer="return=minimal"),
        "echo": ground.bare(ground.echo, BATCH),
    }
    for target in where.values():
        await ground.load.closed(target, 1.0)
    connection = await asyncpg.connect(ground.dsn)
    await connection.execute(_TABLE)
    copier = _Copier(connection, *await _sizes(ground, ledger.name))
    measures = {name: partial(_rate, ground, target) for name, target in where.items()}
    rates = await in_turns(ground, {**measures, "copy": copier.rate})
    await connection.close()
    cost = await ground.cost(ledger, where["receipts"], _SECONDS)
    bare = await ground.bare_cost(ground.echo, where["echo"], _SECONDS)
    return Report(
        f"Batches of {BATCH} events, 64 connections",
        [
            Figure("events with receipts", rates["receipts"], "/s", "", None, Target(10_000, absolute=True)),
            Figure("events with receipts", rates["receipts"], "/s", "the handler that stores nothing", rates["echo"]),
            Figure(
                "events with receipts",
                rates["receipts"],
                "/s",
                f"COPY, {BATCH} rows a commit, one connection",
                rates["copy"],
                Target(0.25),
            ),
            Figure("events with indexes only (return=minimal)", rates["minimal"], "/s"),
            Figure("processor time of the service per event", cost, "us", "the handler that stores nothing", bare),
        ],
        f"medians of 3 rounds of {_SECONDS:.0f} s in turns; load: {ground.load.name}",
    )


class _Copier:
    """Copies rows as large as the ledger's into a bare table, a commit a batch."""

    def __init__(self, connection: asyncpg.Connection, entry_bytes: int, openings_bytes: int) -> None:
        self._connection = connection
        self._entry, self._openings = bytes(entry_bytes), bytes(openings_bytes)
        self._next = 0

    async def rate(self) -> float:
        began, first = perf_counter(), self._next
        while perf_counter() - began < _SECONDS:
            rows = [
                ("bare", index, "urn:connector:x:acme", f"{index:020d}", self._entry, self._openings, bytes(32))
                for index in range(self._next, self._next + BATCH)
            ]
            await self._connection.copy_records_to_table("bare_copy", records=rows)
            self._next += BATCH
        return (self._next - first) / (perf_counter() - began)


async def _sizes(ground: Ground, ledger: str) -> tuple[int, int]:
    query = """
    SELECT length(e.entry), length(c.openings) FROM ledger.entries e JOIN ledger.contents c USING (ledger_id, index)
    WHERE ledger_id = $1 ORDER BY index LIMIT 1"""
    rows = await ground.pool.fetch(query, ledger)
    return rows[0][0], rows[0][1]


async def _rate(ground: Ground, target: Where) -> float:
    return succeeded(await ground.load.closed(target, _SECONDS)).rate * BATCH
