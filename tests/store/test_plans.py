"""What a page costs must not depend on how large the ledger is, whatever the planner's statistics say.

The trap: statistics made before a ledger was filled let the planner expect one row of it; then any join looks cheap.
"""

import json
from collections.abc import AsyncIterator

import asyncpg
import pytest

from ledger.store.migrator import migrate
from ledger.store.queries import QUERIES

EVENTS, PAGE = 5_000, 100
BLOCKS = 25 * PAGE  # a few look-ups of a few blocks a row; reading the whole ledger for it takes ten times as many
LAST = f"{EVENTS:016d}"
FILL = (
    "INSERT INTO ledger.heads VALUES ($1, $2::bigint, '')",
    "INSERT INTO ledger.entries SELECT $1, n, '\\xabcd'::bytea FROM generate_series(0, $2::bigint - 1) n",
    "INSERT INTO ledger.contents SELECT $1, n, '\\xabcd'::bytea FROM generate_series(0, $2::bigint - 1) n",
    "INSERT INTO ledger.event_keys SELECT $1, 'urn:s', n::text, n, '' FROM generate_series(0, $2::bigint - 1) n",
    """INSERT INTO ledger.projection_rows
    SELECT $1, 'timeline', 100, 'outage', lpad(n::text, 16, '0'), '{}' FROM generate_series(0, $2::bigint - 1) n""",
    """INSERT INTO ledger.projection_cursors (ledger_id, projection, version, next, live)
    VALUES ($1, 'timeline', 100, $2, true)""",
)


@pytest.fixture
async def grown(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A database whose ledger `new` has been filled since the last ANALYZE."""
    await migrate(database_url)
    connection = await asyncpg.connect(database_url)
    for ledger in ("old", "new"):
        for statement in FILL:
            await connection.execute(statement, ledger, EVENTS)
        if ledger == "old":
            await connection.execute("ANALYZE")
    yield connection
    await connection.close()


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("events", (2_000, 2_000 + PAGE)),
        ("events_at", (list(range(0, EVENTS, EVENTS // PAGE)),)),
        ("known", (["urn:s"] * PAGE, [str(n) for n in range(PAGE)])),
        ("timeline", ("outage", "", LAST, PAGE)),
        ("incident_events", ("outage", "", LAST, b"\xab", PAGE)),
        ("typed_events", (2_000, EVENTS, b"\xab", PAGE)),
        ("searched_events", (2_000, EVENTS, b"\xab", b"\xcd", PAGE)),
        ("searched_incident", ("outage", 2_000, EVENTS, b"\xab", b"\xcd", 2 * PAGE, PAGE)),
        ("live_rows", ("timeline", "outage", [f"{n:016d}" for n in range(PAGE)])),
        ("incident_rows", ("timeline", "outage", f"{2_000:016d}", f"{2_000:016d}", PAGE)),
        (
            "read_rows",
            (["timeline"] * PAGE, [100] * PAGE, ["outage"] * PAGE, [f"{n:016d}" for n in range(PAGE)]),
        ),
    ],
)
async def test_a_page_of_a_large_ledger_reads_a_page_of_blocks(
    grown: asyncpg.Connection, query: str, parameters: tuple[object, ...]
) -> None:
    rows, blocks = await _cost(grown, QUERIES[query], "new", *parameters)

    assert rows == PAGE
    assert blocks < BLOCKS


async def _cost(connection: asyncpg.Connection, query: str, *parameters: object) -> tuple[int, int]:
    """Run a query and return how many rows it gave and how many blocks it touched."""
    plan = json.loads(await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *parameters))
    top = plan[0]["Plan"]
    return round(top["Actual Rows"]), top["Shared Hit Blocks"] + top["Shared Read Blocks"]
