"""The events of a ledger in ascending order, asked for by index: the stream is read no further than needed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import orjson

from events.canonical import canonical
from events.faults import Refused
from events.strict import JsonObject, parse_object
from ledger.client.connection import Connection
from ledger.client.failures import Unreachable
from ledger.core.export import EventLine, parse_event
from ledger.core.merkle import leaf_hash

_BREAKS = 3


@dataclass(frozen=True, slots=True)
class ServedEvent:
    """An event as the service handed it out, read; `well_spelt`: its openings are spelt as a ledger writes them."""

    event: EventLine
    well_spelt: bool


def served_faults(served: ServedEvent | str | None, raw: bytes | None) -> list[str]:
    """Return what is wrong with how an event is served. `raw`: its entry by the bundle, None where that lacks it."""
    if served is None:
        return []
    if isinstance(served, str):
        return [served]
    event, faults = served.event, []
    if raw is not None and event.entry != raw:
        faults.append("the event is served with another entry than the log's")
    if event.leaf_hash != leaf_hash(event.entry).hex():
        faults.append("the event is served with a false leaf_hash")
    if not served.well_spelt:
        faults.append("the openings are not spelt as they were sealed")
    return faults


class Feed:
    """Reads `GET /events` as NDJSON. A stream that breaks off is asked for again from where it broke."""

    def __init__(self, connection: Connection, query: Mapping[str, str] | None = None) -> None:
        """Read the events that `query` selects."""
        self._lines = stream_events(connection, dict(query or {}))
        self._ahead: ServedEvent | None = None
        self._unreadable: str | None = None
        self._ended = False

    async def at(self, index: int) -> ServedEvent | str:
        """Return the event at `index`, or why there is none. Indexes must be asked for in ascending order."""
        while not self._ended and (self._ahead is None or self._ahead.event.index < index):
            await self._advance()
        if self._ahead is not None and self._ahead.event.index == index:
            self._unreadable = None
            return self._ahead
        return self._unreadable or "the service leaves this event out"

    async def close(self) -> None:
        """Stop reading."""
        await self._lines.aclose()  # type: ignore[attr-defined]

    async def _advance(self) -> None:
        line = await anext(self._lines, None)
        if line is None:
            self._ended = True
            self._ahead = None
            return
        try:
            document = parse_object(line)
            self._ahead = ServedEvent(parse_event(document), _well_spelt(line, document["openings"]))
        except Refused as refused:
            fault = refused.faults[0]
            self._unreadable = f"what the service hands out can't be read: {fault.pointer} {fault.detail}"


async def stream_events(connection: Connection, query: dict[str, str]) -> AsyncIterator[bytes]:
    """Yield the lines of the selected events; where the stream breaks off, go on behind the last one.

    Raises `Unreachable` after several breaks without progress.
    """
    breaks = 0
    while True:
        try:
            async for line in connection.lines("events", {"format": "ndjson", **query}):
                yield line
                breaks = 0
                query["start"] = str(_index(line, int(query.get("start", "0")) - 1) + 1)
        except Unreachable:
            breaks += 1
            if breaks == _BREAKS:
                raise
            await asyncio.sleep(breaks)
        else:
            return


def _index(line: bytes, otherwise: int) -> int:
    """Return the index that a line begins with, without reading the rest of it."""
    digits = line[len(b'{"index":') :].split(b",", 1)[0]
    return int(digits) if digits.isdigit() else otherwise


def _well_spelt(line: bytes, openings: JsonObject) -> bool:
    """Tell whether openings were left as they are stored, canonical, or written again for this reader.

    A change that keeps their meaning breaks no seal, but the bytes are not those that the ledger stored.
    """
    spellings = (canonical(openings), orjson.dumps(openings))
    return any(b'"openings":%b,"withheld":' % spelling in line for spelling in spellings)
