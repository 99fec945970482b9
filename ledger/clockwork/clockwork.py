"""The clockwork: one task a ledger and process that appends what only time shows, where it has the lease."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from ledger.background import Background
from ledger.clockwork.watch import Watch
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import CommitUnknown, IdConflict, QueueFull, SigningStopped
from ledger.sequencer.sequencer import Sequencer
from ledger.store.leases import Lease
from ledger.store.ports import StoreUnavailable

_TICK_SECONDS = 1.0
_PASSING = (StoreUnavailable, CommitUnknown, QueueFull, SigningStopped)
"""What passes, or is told elsewhere: the next tick tries again, and an event lands once."""


class Clockwork(Background):
    """Ticks once a second. A failure is told and does not end it; what failed is looked at again at the next tick."""

    def __init__(
        self,
        lease: Lease,
        sequencer: Sequencer,
        folded: Callable[[], Awaitable[bool]],
        watches: Sequence[Watch],
        clock: Callable[[], datetime],
        failed: Callable[[Exception], None],
    ) -> None:
        """Take the ports.

        `folded` waits until the projections have folded what is in the log now, and returns whether they have;
        `failed` is told of errors that won't pass.
        """
        self._lease, self._sequencer, self._folded = lease, sequencer, folded
        self._watches, self._clock, self._failed = watches, clock, failed

    async def stop(self) -> None:
        """Stop, and leave the lease to others. What was enqueued is appended by the sequencer all the same."""
        await super().stop()
        with suppress(StoreUnavailable):
            await self._lease.release()

    async def tick(self) -> int:
        """Append what is due by now and return how many events that were, those on record before included.

        Nothing is judged by a process without the lease, by a ledger that stopped signing, or on rows that lag behind
        the log: a promise kept a moment ago would be put on record as missed. Raises `StoreUnavailable`.
        """
        now = self._clock()  # before the log's size is read: all that was accepted by now is folded then
        if self._sequencer.fatal is not None or not await self._lease.hold() or not await self._folded():
            return 0
        return sum([await self._look(watch, now) for watch in self._watches])

    async def _run(self) -> None:
        while True:
            try:
                await self.tick()
            except StoreUnavailable:
                pass
            except Exception as error:  # noqa: BLE001 - told, and tried again: time goes on
                self._failed(error)
            await asyncio.sleep(_TICK_SECONDS)

    async def _look(self, watch: Watch, now: datetime) -> int:
        """Append what one watch finds; its failure is not the others'."""
        try:
            drafts = await watch.look(now)
            answers = await asyncio.gather(*map(self._append, drafts), return_exceptions=True)
        except _PASSING:
            return 0
        except Exception as error:  # noqa: BLE001 - a watch that fails must not end the service
            self._failed(error)
            return 0
        failures = [answer for answer in answers if isinstance(answer, Exception)]
        for failure in failures:
            if not isinstance(failure, _PASSING):
                self._failed(failure)
        return len(answers) - len(failures)

    async def _append(self, draft: Draft) -> None:
        """Append one event by itself, so that one that is refused holds up no other."""
        with suppress(IdConflict):  # on record already, as another process saw it: that one stands
            await self._sequencer.enqueue(Unit([draft]))
