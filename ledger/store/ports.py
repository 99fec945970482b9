"""What the sequencer needs of a store, and what the store owes it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from events.claims import Fact, Told
from ledger.core.edge import FullTile


@dataclass(frozen=True, slots=True)
class IncidentHead:
    """The last entry of an incident: its `seq` in the incident, its index in the log, its leaf hash (32 bytes)."""

    seq: int
    index: int
    leaf: bytes


class SourceHead(NamedTuple):
    """The highest sequence number seen of a source, and the ranges below it (first, last) that are still missing."""

    seq: int
    gaps: tuple[tuple[int, int], ...]


class NewEvent(NamedTuple):
    """One event as it is stored: canonical entry, canonical openings, its key and the digest of what was posted."""

    entry: bytes
    openings: bytes
    source: str
    id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """An event that is in the log already; `keyed`: something of it was erased, and `content` is a keyed digest."""

    index: int
    content: bytes
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure leaves of one event's contents: the `openings` of all fields but `fields`, canonical JSON.

    `before` maps the fields erased by earlier tombstones to those. `key` is the event's source, its id, and the keyed
    digests that take the place of id and content digest; None where they did so before. Nothing is erased where a legal
    hold was placed in the log from index `holds_known` on.
    """

    index: int
    fields: tuple[str, ...]
    openings: str
    before: Mapping[str, int]
    key: tuple[str, str, str, bytes] | None
    holds_known: int | None = None

    def erased(self, tombstone: int) -> dict[str, int]:
        """Return which entry tells of the erasure of each field, once `tombstone` is in the log."""
        return {**self.before, **dict.fromkeys(self.fields, tombstone)}


class Head(NamedTuple):
    """Where the log ends, and up to where it was read for what rules must know: all of it, but after an upgrade.

    `erased`: how many events of it are known by keyed digests alone.
    """

    size: int
    root: bytes
    ruled: int
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything one append writes.

    `expected` is the head it was computed on; `leaves` the leaf hashes, concatenated. `keyed_ids` are the ids that
    the events would have there if they had been erased: given where the log has erased events, or gets some. `erasures`
    is what goes in the same transaction, by the index of the tombstone that tells of it.
    """

    expected: Head
    events: Sequence[NewEvent]
    leaves: bytes
    root: bytes
    note: bytes
    incidents: Mapping[str, IncidentHead]
    sources: Mapping[str, SourceHead]
    tiles: Sequence[FullTile]
    facts: Mapping[bytes, Fact] = field(default_factory=dict)
    keyed_ids: Sequence[str] = ()
    erasures: Mapping[int, Sequence[Erased]] = field(default_factory=dict)


class Appended(NamedTuple):
    """The batch is on disk and the head moved over it."""


class Moved(NamedTuple):
    """Nothing was written: the head is not where the commit expected it."""

    size: int


class Duplicates(NamedTuple):
    """Nothing was written: these positions of the batch are in the log already."""

    known: Mapping[int, Known]


class StoreUnavailable(Exception):
    """The database can't be reached or refuses for now. Whether a commit under way took place is unknown: ask again."""


class StoredBytesDiffer(Exception):
    """The database stored other bytes than it was given. Fatal: signing on would cover up a corruption."""


class BatchRefused(Exception):
    """The database took offence at something in the batch. Nothing was written; a smaller batch may pass."""


class Log(Protocol):
    """One ledger's log, seen by the process that appends to it. Not for concurrent use."""

    async def head(self) -> Head:
        """Return where the log ends. Raises `StoreUnavailable`."""

    async def append(self, commit: Commit) -> Appended | Moved | Duplicates:
        """Write the whole commit or nothing of it.

        `Appended` is returned only after this session's own COMMIT was acknowledged, and only where the database's
        hashes of what it stored equal `commit.leaves`. Raises `StoredBytesDiffer` and `BatchRefused` (nothing
        written), `StoreUnavailable` (unknown).
        """

    def locked(self) -> AbstractAsyncContextManager[None]:
        """Hold the head, so that no other process appends, until the block ends; commits what was appended within."""

    async def leaves(self, first: int, end: int) -> list[bytes]:
        """Return the leaf hashes of entries `first` … `end` - 1, computed by the database from the bytes it holds."""

    async def accepted_at(self, index: int) -> str | None:
        """Return `accepted_at` of entry `index` as it stands in the entry, None where there is no such entry."""

    async def tile_row(self, level: int, first: int) -> list[bytes]:
        """Return the full tiles of `level` from number `first` on, in order, 8,192 bytes each."""

    async def root_at(self, size: int) -> bytes:
        """Return the root of the first `size` entries, from the stored tiles and entries."""

    async def incident_heads(self, incidents: Iterable[str]) -> dict[str, IncidentHead]:
        """Return the heads of those of `incidents` that have one."""

    async def source_heads(self, sources: Iterable[str]) -> dict[str, SourceHead]:
        """Return the heads of those of `sources` that number their events."""

    async def facts(self, keys: Sequence[bytes]) -> dict[bytes, Fact]:
        """Return the facts of those of the states' `keys` that have one."""

    async def told(self, indexes: Sequence[int]) -> dict[int, Told]:
        """Return the events at `indexes`, which are all there."""

    async def changing(self, types: Iterable[str], first: int, end: int) -> list[tuple[int, Told]]:
        """Return the events of `types` among `first` … `end` - 1, in order."""

    async def learn_facts(self, first: int, end: int, facts: Mapping[bytes, Fact]) -> None:
        """Store what entries `first` … `end` - 1 say of states, unless another process came before."""

    async def close(self) -> None:
        """Let go of the connection."""

    async def known(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Known]:
        """Return those of the (source, id) keys that are in the log."""
