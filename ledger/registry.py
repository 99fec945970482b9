"""The open ledgers of this process: for each a sequencer, a runner, readers, and how far both have come."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from uuid import uuid4

import asyncpg

from events.strict import JsonObject
from ledger.clockwork.clockwork import Clockwork
from ledger.clockwork.watch import Watching
from ledger.core.keys import Signer, VerifierKey
from ledger.core.pseudonyms import Pseudonyms
from ledger.erasure.destruction import Destruction
from ledger.erasure.shown import forget_shown
from ledger.keys import KeyMissing, KeysFolder
from ledger.runner.runner import Runner
from ledger.sequencer.committer import Committer
from ledger.sequencer.draft import Draft
from ledger.sequencer.errors import CannotSign, Fatal
from ledger.sequencer.keeper import Keeper
from ledger.sequencer.own_event import own_event
from ledger.sequencer.sequencer import Observer, Sequencer
from ledger.store.connections import unavailable
from ledger.store.leases import Lease
from ledger.store.ledgers import LedgerRow, all_ledgers, find_ledger
from ledger.store.log import PostgresLog
from ledger.store.reads import Reads
from ledger.store.snapshots import Snapshots
from ledger.watermark import Watermark
from projections import PROJECTIONS

Clock = Callable[[], datetime]
_FOLDING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """One ledger as this process serves it. `size` is the log's last known size, `folded` the projections' cursor."""

    row: LedgerRow
    vkey: VerifierKey
    reads: Reads
    snapshots: Snapshots
    sequencer: Sequencer
    runner: Runner
    clockwork: Clockwork
    destruction: Destruction
    size: Watermark
    folded: Watermark
    signer: Callable[[], Signer]
    """Returns the ledger's signer. Raises `CannotSign`."""


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

    def __init__(  # noqa: PLR0913 - what every ledger needs
        self,
        dsn: str,
        pool: asyncpg.Pool,
        keys: KeysFolder,
        clock: Clock,
        trouble: Trouble,
        watches: Sequence[Watching] = (),
        *,
        ticking: bool = True,
    ) -> None:
        """Take what every ledger needs.

        `watches` are looked at as time passes; not `ticking`, only when their ledger's clockwork is told to.
        """
        self._dsn, self._pool, self._keys, self._clock, self._trouble = dsn, pool, keys, clock, trouble
        self._watches, self._ticking = watches, ticking
        self._holder = str(uuid4())
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
            await ledger.clockwork.stop()
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
        sequencer, runner = self._sequencer(row, vkey), self._runner(row.name, folded)
        clockwork = Clockwork(
            Lease(self._pool, row.name, "clockwork", self._holder),
            sequencer,
            partial(_caught_up, reads, runner, folded),
            [begin(row.name, reads) for begin in self._watches],
            self._clock,
            partial(self._trouble.failed, row.name, "clockwork"),
        )
        pseudonyms, beside = partial(self._destroying, row.name, reads), (partial(forget_shown, reads),)
        destruction = Destruction(row.name, reads, sequencer, pseudonyms, self._clock, beside)
        size = Watermark((await reads.checkpoint()).size)
        await sequencer.start()
        await runner.start()
        if self._watches and self._ticking:
            await clockwork.start()
        snapshots, signer = Snapshots(self._pool, row.name), partial(self._signer, row)
        return OpenLedger(row, vkey, reads, snapshots, sequencer, runner, clockwork, destruction, size, folded, signer)

    def _runner(self, name: str, folded: Watermark) -> Runner:
        failed = partial(self._trouble.failed, name, "projections")
        return Runner(self._pool, name, PROJECTIONS, folded.advance, failed)

    def _sequencer(self, row: LedgerRow, vkey: VerifierKey) -> Sequencer:
        observer = Observer(
            partial(self._trouble.committed, row.name),
            partial(self._trouble.stopped, row.name),
            partial(self._trouble.failed, row.name, "sequencer"),
        )
        log, keeper = PostgresLog(self._dsn, row.name), Keeper(self._keys.signed(row.name), vkey)
        signer, record = partial(self._signer, row), partial(self._record, row.name)
        pseudonyms = cache(partial(self._pseudonyms, row.name))
        return Sequencer(Committer(log, signer, keeper, self._clock, record, pseudonyms), observer)

    def _signer(self, row: LedgerRow) -> Signer:
        try:
            return self._keys.load(row.name, row.vkey)
        except KeyMissing as missing:
            raise CannotSign(str(missing)) from missing

    def _pseudonyms(self, ledger: str) -> Pseudonyms:
        try:
            return self._keys.pseudonyms(ledger)
        except KeyMissing as missing:
            raise CannotSign(str(missing)) from missing

    async def _destroying(self, ledger: str, reads: Reads) -> Pseudonyms:
        """Return what makes pseudonyms, for the first of which there may be no secret yet."""
        if not (await reads.fetch("head"))[0]["erased"]:
            self._keys.make_pseudonyms(ledger)
        return self._pseudonyms(ledger)

    def _record(self, ledger: str, type_: str, data: JsonObject) -> Draft:
        """Make an event of the service's own; what it says makes its id, so that it is recorded once."""
        identity = ":".join([type_, *(str(value) for value in data.values())])
        return own_event(ledger, type_, identity, self._clock(), data)


async def _caught_up(reads: Reads, runner: Runner, folded: Watermark) -> bool:
    """Wait until the projections have folded what is in the log now. Returns whether they have, in bounded time."""
    size = (await reads.checkpoint()).size
    if folded.value < size:
        runner.wake()
    return await folded.reach(size, _FOLDING_SECONDS)
