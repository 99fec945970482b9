"""The open ledgers of this process: for each a sequencer, a runner, readers, and how far both have come."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import asyncpg

from events.envelope import Posted
from events.strict import JsonObject
from ledger.core.keys import Signer, VerifierKey
from ledger.keys import KeyMissing, KeysFolder
from ledger.runner.runner import Runner
from ledger.sequencer.committer import Committer
from ledger.sequencer.draft import Draft, draft_event
from ledger.sequencer.errors import CannotSign, Fatal
from ledger.sequencer.keeper import Keeper
from ledger.sequencer.sequencer import Observer, Sequencer
from ledger.store.connections import unavailable
from ledger.store.ledgers import LedgerRow, all_ledgers, find_ledger
from ledger.store.log import PostgresLog
from ledger.store.reads import Reads
from ledger.watermark import Watermark
from projections import PROJECTIONS

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """One ledger as this process serves it. `size` is the log's last known size, `folded` the projections' cursor."""

    row: LedgerRow
    vkey: VerifierKey
    reads: Reads
    sequencer: Sequencer
    runner: Runner
    size: Watermark
    folded: Watermark


class Trouble:
    """Where the registry tells what operators must hear of; the application fills it in."""

    def committed(self, ledger: str, size: int, events: int, seconds: float) -> None:
        """Hear of a commit."""

    def stopped(self, ledger: str, fatal: Fatal) -> None:
        """Hear of a ledger that signs nothing more."""

    def failed(self, ledger: str, where: str, error: Exception) -> None:
        """Hear of an error in a background task."""


class Ledgers:
    """Opens a ledger at its first use and keeps it open."""

    def __init__(self, dsn: str, pool: asyncpg.Pool, keys: KeysFolder, clock: Clock, trouble: Trouble) -> None:
        """Take what every ledger needs."""
        self._dsn, self._pool, self._keys, self._clock, self._trouble = dsn, pool, keys, clock, trouble
        self._open: dict[str, OpenLedger] = {}
        self._opening = asyncio.Lock()

    @property
    def opened(self) -> list[OpenLedger]:
        """Return the ledgers that are open here."""
        return list(self._open.values())

    @property
    def busy(self) -> bool:
        """Tell whether somebody posts to this process: whoever has long work to do then does it in small parts."""
        return any(ledger.sequencer.busy for ledger in self._open.values())

    async def open_all(self) -> None:
        """Open every ledger there is."""
        for row in await all_ledgers(self._pool):
            await self.get(row.name)

    async def get(self, name: str) -> OpenLedger | None:
        """Return the ledger of that name, None where there is none. Raises `StoreUnavailable`."""
        if (ledger := self._open.get(name)) is not None:
            return ledger
        async with self._opening:
            if name not in self._open:
                row = await find_ledger(self._pool, name)
                if row is None:
                    return None
                self._open[name] = await self._start(row)
        return self._open[name]

    async def close(self) -> None:
        """Commit what has queued everywhere, and stop."""
        for ledger in self._open.values():
            await ledger.sequencer.stop()
            await ledger.runner.stop()

    def hear(self, name: str, size: int) -> None:
        """Take note that a ledger's log has grown to `size`, here or in another process."""
        if (ledger := self._open.get(name)) is not None:
            ledger.size.advance(size)
            if ledger.folded.value < size:
                ledger.runner.wake()

    async def look(self) -> None:
        """Ask the database how far every open ledger has come. Hints may have been lost, and are not to be trusted."""
        for ledger in self.opened:
            self.hear(ledger.row.name, (await ledger.reads.checkpoint()).size)

    async def all(self) -> list[LedgerRow]:
        """Return every ledger there is, open here or not. Raises `StoreUnavailable`."""
        return await all_ledgers(self._pool)

    async def ping(self) -> None:
        """Ask the database for an answer. Raises `StoreUnavailable`."""
        with unavailable():
            await self._pool.execute("SELECT 1")

    async def _start(self, row: LedgerRow) -> OpenLedger:
        vkey = VerifierKey.parse(row.vkey)
        reads, folded = Reads(self._pool, row.name), Watermark()
        ledger = OpenLedger(
            row,
            vkey,
            reads,
            self._sequencer(row, vkey),
            Runner(
                self._pool,
                row.name,
                PROJECTIONS,
                folded.advance,
                partial(self._trouble.failed, row.name, "projections"),
            ),
            Watermark((await reads.checkpoint()).size),
            folded,
        )
        await ledger.sequencer.start()
        await ledger.runner.start()
        return ledger

    def _sequencer(self, row: LedgerRow, vkey: VerifierKey) -> Sequencer:
        observer = Observer(
            partial(self._trouble.committed, row.name),
            partial(self._trouble.stopped, row.name),
            partial(self._trouble.failed, row.name, "sequencer"),
        )
        log, keeper = PostgresLog(self._dsn, row.name), Keeper(self._keys.signed(row.name), vkey)
        signer, record = partial(self._signer, row), partial(self._record, row.name)
        return Sequencer(Committer(log, signer, keeper, self._clock, record), observer)

    def _signer(self, row: LedgerRow) -> Signer:
        try:
            return self._keys.load(row.name, row.vkey)
        except KeyMissing as missing:
            raise CannotSign(str(missing)) from missing

    def _record(self, ledger: str, type_: str, data: JsonObject) -> Draft:
        """Make an event of the service's own; what it says makes its id, so that it is recorded once."""
        now = self._clock()
        source = f"urn:ledgerd:{ledger}"
        identity = ":".join([type_, *(str(value) for value in data.values())])
        fields = {"id": identity, "time": now.isoformat(), **data}
        return draft_event(Posted(identity, source, type_, None, None, now, fields, recorded_by_service=True))
