"""Snapshots in the database: streamed in by way of a staging table, kept as what changed from one to the next."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg

from ledger.store.connections import unavailable
from ledger.store.ports import StoreUnavailable
from ledger.store.queries import QUERIES
from projections.reconciliation.state import Place

_STAGED = (
    "ledger_id",
    "upload",
    "kind",
    "external_id",
    "line",
    "digest",
    "visible",
    "moderated",
    "moderated_by",
    "created_at",
    "shown_at",
    "incident",
    "title",
    "text",
    "status",
    "lang",
)
_PUBLISHING_SECONDS = 600.0
LATEST = 2**62
"""Above every snapshot's number."""


class StagedItem(NamedTuple):
    """An item on its way in; `line` is where in the snapshot it stands."""

    kind: str
    external_id: str
    line: int
    digest: bytes | None
    visible: bool
    moderated: str | None = None
    moderated_by: str | None = None
    created_at: datetime | None = None
    shown_at: datetime | None = None
    incident: str | None = None
    title: str | None = None
    text: str | None = None
    status: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot as it was taken in. `number` counts those of its account; `index` is the event's."""

    number: int
    kind: str
    taken_at: datetime
    window_from: datetime
    window_to: datetime
    completeness: str
    file_sha256: bytes
    items: int
    counts: Mapping[str, int] | None
    index: int
    reconciled: int | None
    findings: Mapping[str, int] | None

    @classmethod
    def read(cls, row: asyncpg.Record) -> "Taken":
        """Read a row of `snapshots_before` or `snapshot_taken`."""
        told = dict(row)
        for name in ("counts", "findings"):
            told[name] = None if told[name] is None else json.loads(told[name])
        return cls(**told)


class Moved(Exception):
    """Another snapshot of the account came in meanwhile."""


class Upload:
    """The items of a snapshot while it comes in. Nothing of it is seen before it is published."""

    def __init__(self, pool: asyncpg.Pool, ledger_id: str) -> None:
        """Begin without items."""
        self._pool, self._ledger_id, self._name = pool, ledger_id, uuid4().hex
        self.items = 0

    async def add(self, items: Sequence[StagedItem]) -> None:
        """Stage items."""
        if not items:
            return
        records = [(self._ledger_id, self._name, *item) for item in items]
        with unavailable():
            await self._pool.copy_records_to_table(
                "snapshot_staging", schema_name="ledger", columns=_STAGED, records=records
            )
        self.items += len(items)

    async def repeated(self) -> int | None:
        """Return the line of the first item that an earlier line holds too, None where there is none."""
        with unavailable():
            line: int | None = await self._pool.fetchval(
                QUERIES["staged_twice"], self._ledger_id, self._name, timeout=_PUBLISHING_SECONDS
            )
            return line

    async def publish(self, place: Place, taken: Taken) -> None:
        """Make the items what the account shows since snapshot `taken`, in one transaction.

        Raises `Moved` where there is a snapshot of its number already, and `StoreUnavailable`.
        """
        ledger = self._ledger_id
        common = (ledger, place.platform, place.account, self._name, taken.number)
        claims = taken.kind == "account" and taken.completeness == "complete"
        shows = taken.kind == "page" and taken.completeness != "counts_only"
        with unavailable():
            async with self._pool.acquire() as connection, connection.transaction():
                try:
                    await connection.execute(QUERIES["add_snapshot"], ledger, *place, *_stored(taken))
                except asyncpg.UniqueViolationError:
                    raise Moved from None
                claims = claims or (shows and taken.completeness == "complete")
                window = (taken.window_from, taken.window_to)
                await connection.execute(
                    QUERIES["close_items"], *common, claims, shows, *window, timeout=_PUBLISHING_SECONDS
                )
                await connection.execute(QUERIES["open_items"], *common, timeout=_PUBLISHING_SECONDS)

    async def clear(self) -> None:
        """Forget the staged items, and what uploads that never ended left behind."""
        with suppress(StoreUnavailable), unavailable():
            await self._pool.execute(QUERIES["unstage"], self._ledger_id, self._name, timeout=_PUBLISHING_SECONDS)


class Snapshots:
    """What is kept of a ledger's snapshots. All methods raise `StoreUnavailable` while the database is away.

    `turn` is held by the snapshot of this process that is being published and compared.
    """

    def __init__(self, pool: asyncpg.Pool, ledger_id: str) -> None:
        """Keep those of one ledger."""
        self._pool, self._ledger_id = pool, ledger_id
        self.turn = asyncio.Lock()

    def upload(self) -> Upload:
        """Begin to take a snapshot in."""
        return Upload(self._pool, self._ledger_id)

    async def finish(self, place: Place, number: int, reconciled: int, findings: Mapping[str, int]) -> None:
        """Note that a snapshot was compared, by the event at `reconciled`."""
        with unavailable():
            await self._pool.execute(
                QUERIES["finish_snapshot"], self._ledger_id, *place, number, reconciled, json.dumps(findings)
            )

    async def found(self, place: Place, number: int, findings: Sequence[Mapping[str, Any]]) -> None:
        """Note the events that findings became: `kind`, `external_id`, `detail`, `index`."""
        with unavailable():
            await self._pool.execute(
                QUERIES["add_findings"], self._ledger_id, *place, number, json.dumps(list(findings))
            )

    async def forget(self, contents: Sequence[tuple[str, str | None, str]]) -> None:
        """Take away what is known of others' words: of contents by platform, account (None: any) and id, for good."""
        if contents:
            with unavailable():
                await self._pool.execute(
                    QUERIES["forget_shown"], self._ledger_id, *map(list, zip(*contents, strict=True))
                )


def _stored(taken: Taken) -> tuple[object, ...]:
    counts = None if taken.counts is None else json.dumps(taken.counts)
    return (
        taken.number,
        taken.kind,
        taken.taken_at,
        taken.window_from,
        taken.window_to,
        taken.completeness,
        taken.file_sha256,
        taken.items,
        counts,
        taken.index,
    )
