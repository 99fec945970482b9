"""A survey of the log for a subject: what is about them, which holds stand, and what was requested and decided."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from events.subject import Subject
from ledger.erasure.search import LOOKED_AT, Search
from ledger.store.reads import SLICE, Reads
from projections.event import read_event
from projections.holds import HOLDS, Holds

_SEARCHED_AT_ONCE, _READ_AT_ONCE = 20_000, 2_000
DECIDED = "subject.erasure_decided"


@dataclass(slots=True)
class Survey:
    """What the first `size` events of the log say. `decisions` are the decided ones' values by index."""

    search: Search
    size: int
    holds: Holds = field(default_factory=Holds)
    decisions: dict[int, dict[str, Any]] = field(default_factory=dict)


async def survey(reads: Reads, subject: Subject) -> Survey:
    """Read the whole log for a subject, in slices. Raises `StoreUnavailable`."""
    found = Survey(Search(subject), (await reads.checkpoint()).size)
    searched: set[bytes] = set()
    # An author id that is learnt from a handle is looked for in its turn.
    while new := found.search.needles - searched:
        searched |= new
        for needle in sorted(new):
            async for row in _searched(reads, found.size, None, needle):
                found.search.take(*_read(row))
    await _recall(reads, found.search, found.size)
    types = sorted(LOOKED_AT | HOLDS | {DECIDED})
    for first in range(0, found.size, _READ_AT_ONCE):
        for row in await reads.fetch("events_of_types", first, min(first + _READ_AT_ONCE, found.size), types):
            _take(found, row)
    return found


def _take(found: Survey, row: asyncpg.Record) -> None:
    index, type_, incident, values = _read(row)
    if type_ in HOLDS:
        event = read_event(row["index"], row["entry"], row["openings"])
        if not event.exercise:
            found.holds.take(event)
    elif type_ == DECIDED:
        found.decisions[index] = values
    else:
        found.search.take(index, type_, incident, values)


async def _recall(reads: Reads, search: Search, size: int) -> None:
    """Read what earlier tombstones of the subject name: what is about it is still theirs."""
    needle = b'"type":"key.destroyed","v":1}'
    async for tombstone in _searched(reads, size, needle, search.subject.hash.encode()):
        scope = [item["index"] for item in _read(tombstone)[3]["scope"]]
        for first in range(0, len(scope), SLICE):
            for row in await reads.fetch("events_at", scope[first : first + SLICE]):
                index, type_, _, values = _read(row)
                search.recall(index, type_, values)


async def _searched(
    reads: Reads, size: int, of_entry: bytes | None, of_openings: bytes
) -> AsyncIterator[asyncpg.Record]:
    """Yield the events in whose entry and openings the needles stand, in the order of the log."""
    first = 0
    while first < size:
        end = min(first + _SEARCHED_AT_ONCE, size)
        rows = await reads.fetch("searched_events", first, end, of_entry, of_openings, SLICE)
        for row in rows:
            yield row
        first = rows[-1]["index"] + 1 if len(rows) == SLICE else end


def _read(row: asyncpg.Record) -> tuple[int, str, str | None, dict[str, Any]]:
    facts, opened = orjson.loads(row["entry"]), orjson.loads(row["openings"] or b"{}")
    values = {name: opening["value"] for name, opening in opened.items()}
    return row["index"], facts["type"], facts.get("incident", {}).get("id"), values
