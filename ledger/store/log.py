"""The log in PostgreSQL, for the process that appends: one connection of its own, reopened when it breaks."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import asyncpg

from events.canonical import canonical
from events.claims import Fact, Told, read_told
from ledger.store.connections import connect, tells_unknown_commit, unavailable
from ledger.store.ports import (
    Appended,
    BatchRefused,
    Commit,
    Duplicates,
    Erased,
    Head,
    IncidentHead,
    Known,
    Moved,
    SourceHead,
    StoredBytesDiffer,
    StoreUnavailable,
)
from ledger.store.queries import QUERIES
from ledger.store.tree import Tree

_STORED_BYTES_DIFFER, _APPEND_ONLY = "LD001", "LD002"
# data exception, integrity constraint, program limit, raised by a trigger: classes that blame the batch, not the
# database
_ABOUT_THE_DATA = frozenset({"22", "23", "54", "P0"})


class PostgresLog:
    """Implements the port `Log`. Not for concurrent use: the sequencer owns it."""

    def __init__(self, dsn: str, ledger_id: str) -> None:
        """Name the log; nothing is opened before the first use."""
        self._dsn = dsn
        self._ledger_id = ledger_id
        self._connection: asyncpg.Connection | None = None
        self._commit_unknown = False

    async def close(self) -> None:
        """Close the connection, at once where it doesn't answer."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close(timeout=2.0)
            except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection.terminate()

    async def head(self) -> Head:
        """See `Log.head`."""
        rows = await self._fetch("head")
        return Head(rows[0]["size"], rows[0]["root"], rows[0]["ruled"], rows[0]["erased"])

    async def append(self, commit: Commit) -> Appended | Moved | Duplicates:
        """See `Log.append`."""
        self._commit_unknown = False
        try:
            rows = await self._fetch(_query(commit), *_parameters(commit))
        except asyncpg.PostgresError as error:
            raise _refusal(error) from error
        self._refuse_unknown_commit()
        return _outcome(rows[0])

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """See `Log.locked`."""
        connection = await self._open()
        with unavailable():
            async with connection.transaction():
                await connection.fetch(QUERIES["lock_head"], self._ledger_id)
                yield
        self._refuse_unknown_commit()

    async def leaves(self, first: int, end: int) -> list[bytes]:
        """See `Log.leaves`. Raises `StoredBytesDiffer` where an entry is missing."""
        rows = await self._fetch("leaves", first, end)
        if [row["index"] for row in rows] != list(range(first, end)):
            raise StoredBytesDiffer(f"entries are missing between {first} and {end - 1}")
        return [row["leaf"] for row in rows]

    async def accepted_at(self, index: int) -> str | None:
        """See `Log.accepted_at`."""
        rows = await self._fetch("entries", index, index + 1)
        return json.loads(rows[0]["entry"])["accepted_at"] if rows else None

    async def tile_row(self, level: int, first: int) -> list[bytes]:
        """See `Log.tile_row`. Raises `StoredBytesDiffer` where a tile is missing."""
        rows = await self._fetch("tile_row", level, first)
        if any(after["n"] != before["n"] + 1 for before, after in pairwise(rows)):
            raise StoredBytesDiffer(f"a tile of level {level} is missing")
        return [row["hashes"] for row in rows]

    async def root_at(self, size: int) -> bytes:
        """See `Log.root_at`."""
        return await Tree(self._fetch).root(size)

    async def incident_heads(self, incidents: Iterable[str]) -> dict[str, IncidentHead]:
        """See `Log.incident_heads`."""
        rows = await self._fetch("incident_heads", list(incidents))
        return {row["incident"]: IncidentHead(row["seq"], row["index"], row["leaf"]) for row in rows}

    async def source_heads(self, sources: Iterable[str]) -> dict[str, SourceHead]:
        """See `Log.source_heads`."""
        rows = await self._fetch("source_heads", list(sources))
        return {row["source"]: SourceHead(row["seq"], _ranges(row["gaps"])) for row in rows}

    async def known(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Known]:
        """See `Log.known`."""
        rows = await self._fetch("known", [source for source, _ in keys], [id_ for _, id_ in keys])
        return {(row["source"], row["id"]): Known(row["index"], row["content"]) for row in rows}

    async def facts(self, keys: Sequence[bytes]) -> dict[bytes, Fact]:
        """See `Log.facts`."""
        rows = await self._fetch("facts", keys)
        return {row["state"]: Fact(row["index"], row["holds"]) for row in rows}

    async def told(self, indexes: Sequence[int]) -> dict[int, Told]:
        """See `Log.told`. Raises `StoredBytesDiffer` where an entry is missing."""
        rows = await self._fetch("events_at", indexes)
        if len(rows) != len(set(indexes)):
            raise StoredBytesDiffer("an entry that another refers to is missing")
        return {row["index"]: read_told(row["entry"], row["openings"]) for row in rows}

    async def changing(self, types: Iterable[str], first: int, end: int) -> list[tuple[int, Told]]:
        """See `Log.changing`."""
        rows = await self._fetch("events_of_types", first, end, list(types))
        return [(row["index"], read_told(row["entry"], row["openings"])) for row in rows]

    async def learn_facts(self, first: int, end: int, facts: Mapping[bytes, Fact]) -> None:
        """See `Log.learn_facts`."""
        await self._fetch("learn_facts", first, end, _facts(facts) or "[]")

    async def _fetch(self, query: str, *parameters: object) -> list[asyncpg.Record]:
        connection = await self._open()
        try:
            with unavailable():
                return await connection.fetch(QUERIES[query], self._ledger_id, *parameters)
        except StoreUnavailable:
            # Its state is unknown: a later statement on it could meet what is left of this one.
            connection.terminate()
            raise

    async def _open(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._dsn)
            self._connection.add_log_listener(self._heard)
        return self._connection

    def _heard(self, _connection: object, message: asyncpg.PostgresLogMessage) -> None:
        self._commit_unknown = self._commit_unknown or tells_unknown_commit(message)

    def _refuse_unknown_commit(self) -> None:
        if self._commit_unknown:
            raise StoreUnavailable("the standby did not confirm the commit")


def _refusal(error: asyncpg.PostgresError) -> Exception:
    state = error.sqlstate or ""
    if state == _STORED_BYTES_DIFFER:
        return StoredBytesDiffer(str(error))
    if state[:2] in _ABOUT_THE_DATA or state == _APPEND_ONLY:
        return BatchRefused(f"SQLSTATE {state}")
    return StoreUnavailable(f"SQLSTATE {state}")


def _query(commit: Commit) -> str:
    """Return which append it is: the plain one, unless the log has erasures or gets some."""
    if commit.erasures:
        return "append_erasing"
    return "append_keyed" if commit.keyed_ids else "append"


def _parameters(commit: Commit) -> tuple[object, ...]:
    entries, openings, sources, ids, contents = zip(*commit.events, strict=True)
    levels, ns, tiles = zip(*commit.tiles, strict=True) if commit.tiles else ((), (), ())
    return (
        commit.expected.size,
        commit.expected.root,
        entries,
        openings,
        sources,
        ids,
        contents,
        commit.leaves,
        commit.root,
        commit.note,
        _incidents(commit),
        _sources(commit),
        levels,
        ns,
        tiles,
        _facts(commit.facts),
        *([commit.keyed_ids] if commit.keyed_ids else []),
        *([_erasures(commit.erasures)] if commit.erasures else []),
    )


def _incidents(commit: Commit) -> str | None:
    rows = [
        {"incident": name, "seq": head.seq, "index": head.index, "leaf": head.leaf.hex()}
        for name, head in commit.incidents.items()
    ]
    return json.dumps(rows) if rows else None


def _sources(commit: Commit) -> str | None:
    rows = [{"source": name, "seq": seq, "gaps": gaps} for name, (seq, gaps) in commit.sources.items()]
    return json.dumps(rows) if rows else None


def _facts(facts: Mapping[bytes, Fact]) -> str | None:
    rows = [{"state": key.hex(), "index": fact.index, "holds": fact.holds} for key, fact in facts.items()]
    return json.dumps(rows) if rows else None


def _erasures(erasures: Mapping[int, Sequence[Erased]]) -> str:
    rows = [erasure_row(erased, tombstone) for tombstone, several in erasures.items() for erased in several]
    return json.dumps(rows)


def erasure_row(erased: Erased, tombstone: int) -> dict[str, object]:
    """Return what `ledger.erase` takes of one event."""
    row: dict[str, object] = {
        "index": erased.index,
        "openings": erased.openings,
        "erased": canonical(erased.erased(tombstone)).decode(),
    }
    if erased.holds_known is not None:
        row["holds_known"] = erased.holds_known
    if erased.key is not None:
        source, id_, keyed_id, keyed_content = erased.key
        row |= {"source": source, "id": id_, "keyed_id": keyed_id, "keyed_content": keyed_content.hex()}
    return row


def _outcome(row: asyncpg.Record) -> Appended | Moved | Duplicates:
    if row["outcome"] == "moved":
        return Moved(row["size"])
    if row["outcome"] == "duplicates":
        found = json.loads(row["duplicates"])
        return Duplicates({item["position"]: _known(item) for item in found})
    return Appended()


def _known(item: Mapping[str, Any]) -> Known:
    return Known(item["index"], bytes.fromhex(item["content"]), keyed="keyed" in item)


def _ranges(gaps: str) -> tuple[tuple[int, int], ...]:
    return tuple((first, last) for first, last in json.loads(gaps))
