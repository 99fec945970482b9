"""What later happened to events: the marks that stand beside them."""

from collections.abc import Collection, Sequence
from typing import Any

import orjson

from ledger.store.reads import Reads
from projections.event import Event
from projections.marks import Mark, marked_objects


async def marks_of(reads: Reads, events: Sequence[Event], end: int) -> list[list[Mark]]:
    """Return the marks of each event that events below index `end` made."""
    objects = [marked_objects(event) for event in events]
    rows = await rows_of_no_incident(reads, "marks", {name for names in objects for name in names})
    marks = {name: row["marks"] for name, row in rows.items()}
    return [
        [(type_, index) for name in names if name in marks for type_, index in marks[name] if index < end]
        for names in objects
    ]


async def rows_of_no_incident(reads: Reads, projection: str, keys: Collection[str]) -> dict[str, Any]:
    """Return the rows of a projection that belong to no incident, as they are stored, by key."""
    rows = await reads.fetch("live_rows", projection, "", list(keys)) if keys else []
    return {row["key"]: orjson.loads(row["row"]) for row in rows}
