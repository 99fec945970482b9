"""What is left of events once fields of them are erased, and erasing again what came back with a restored backup."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass

import orjson

from events.canonical import canonical
from ledger.core.pseudonyms import Pseudonyms
from ledger.store.log import erasure_row
from ledger.store.ports import Erased
from ledger.store.reads import SLICE, Reads, StoredEvent

_SEARCHED_AT_ONCE = 20_000
_TOMBSTONE = b'"type":"key.destroyed","v":1}'
Wanted = Mapping[int, Collection[str]]
"""The fields to erase, by the index of the event."""


async def remains(reads: Reads, wanted: Wanted, pseudonyms: Pseudonyms) -> list[Erased]:
    """Return of each event what of the wanted is still there, and what will be left of it."""
    stored = await reads.events_at(list(wanted))
    keys = await _keys(reads, stored, pseudonyms)
    left: list[Erased] = []
    for event in stored:
        openings = orjson.loads(event.openings or b"{}")
        if fields := tuple(name for name in wanted[event.index] if name in openings):
            rest = {name: opening for name, opening in openings.items() if name not in fields}
            before = orjson.loads(event.erased or b"{}")
            left.append(Erased(event.index, fields, canonical(rest).decode(), before, keys.get(event.index)))
    return left


async def _keys(
    reads: Reads, stored: Sequence[StoredEvent], pseudonyms: Pseudonyms
) -> dict[int, tuple[str, str, str, bytes]]:
    """Return the keys of events with the digests that are to take their place, but of those that have them."""
    named = {event.index: name for event in stored if (name := _name(event)) is not None}
    sources, ids = [source for source, _ in named.values()], [id_ for _, id_ in named.values()]
    found = {row["index"]: row for row in await reads.fetch("known", sources, ids)}
    return {
        index: (*name, pseudonyms.id(*name), pseudonyms.content(found[index]["content"]))
        for index, name in named.items()
        if index in found
    }


def _name(event: StoredEvent) -> tuple[str, str] | None:
    """Return the source of an event and the id that it gave; None where the id was erased."""
    opened = orjson.loads(event.openings or b"{}").get("id")
    return None if opened is None else (orjson.loads(event.entry)["source"]["id"], opened["value"])


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that says which fields are gone, and what of them is there all the same."""

    index: int
    events: int
    fields: int
    back: Sequence[Erased]


async def tombstones(reads: Reads, pseudonyms: Pseudonyms) -> AsyncIterator[Tombstone]:
    """Yield the tombstones of the log, each held against what is stored."""
    size, first = (await reads.checkpoint()).size, 0
    while first < size:
        end = min(first + _SEARCHED_AT_ONCE, size)
        rows = await reads.fetch("typed_events", first, end, _TOMBSTONE, SLICE)
        for row in rows:
            scope = orjson.loads(row["openings"])["scope"]["value"]
            wanted = {item["index"]: item["fields"] for item in scope}
            fields = sum(map(len, wanted.values()))
            yield Tombstone(row["index"], len(wanted), fields, await remains(reads, wanted, pseudonyms))
        first = rows[-1]["index"] + 1 if len(rows) == SLICE else end


async def erase_again(reads: Reads, tombstone: Tombstone) -> None:
    """Remove what came back of what a tombstone names."""
    rows = [erasure_row(erased, tombstone.index) for erased in tombstone.back]
    await reads.fetch("erase", orjson.dumps(rows).decode())
