"""The rows of a projection as the runner keeps them, of one incident, in bounded portions."""

from collections.abc import AsyncIterator
from typing import Any

from ledger.store.reads import Reads
from projections.projection import AnyProjection

_ROWS_AT_ONCE = 2_000


async def stored_rows(reads: Reads, projection: AnyProjection, incident: str) -> AsyncIterator[tuple[str, str]]:
    """Yield an incident's rows ("" for those of no incident) as key and JSON, by key."""
    last: str | None = None  # "" is a key like any other
    more = True
    while more:
        rows = await reads.fetch("incident_rows", projection.name, incident, last or "", last, _ROWS_AT_ONCE)
        for row in rows:
            yield row["key"], row["row"]
        more = len(rows) == _ROWS_AT_ONCE
        last = rows[-1]["key"] if rows else last


async def all_rows(reads: Reads, projection: AnyProjection, incident: str) -> dict[str, Any]:
    """Return an incident's rows by key."""
    return {
        name: projection.row.model_validate_json(row) async for name, row in stored_rows(reads, projection, incident)
    }
