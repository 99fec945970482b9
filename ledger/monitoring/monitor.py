"""The monitor: looks at every open ledger, and judges each bucket once it has closed.

Any number of processes may do so. A turn's event has the same id wherever it is made, so that it is recorded once.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from ledger.monitoring.appending import append
from ledger.monitoring.judging import judge_ledger
from ledger.monitoring.response import Response
from ledger.registry import Ledgers, OpenLedger
from ledger.sequencer.errors import SigningStopped
from ledger.store.ports import StoreUnavailable
from projections.surge.judging import due
from projections.surge.watch import Watch
from projections.volume import BUCKETING

_LOOK_SECONDS = 5.0
_FOLDING_SECONDS = 10.0


class Monitor:
    """Watches. `failed(ledger, error)` hears of errors; what failed is judged again at the next look."""

    def __init__(
        self,
        ledgers: Ledgers,
        clock: Callable[[], datetime],
        failed: Callable[[str, Exception], None],
        response: Response | None = None,
    ) -> None:
        """Take what is watched, and what follows from a surge, if anything does."""
        self._ledgers, self._clock, self._failed, self._response = ledgers, clock, failed, response
        self._watch = Watch(BUCKETING)
        self._judged: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look at every ledger, again and again."""
        while True:
            for ledger in self._ledgers.opened:
                try:
                    await self.look(ledger)
                except (StoreUnavailable, SigningStopped):  # told elsewhere
                    continue
                except Exception as error:  # noqa: BLE001 - one ledger's trouble must not end the watch over the others
                    self._failed(ledger.row.name, error)
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self, ledger: OpenLedger) -> None:
        """Judge what has closed since the last look. Raises `StoreUnavailable`, `LedgerError`: look again."""
        name = ledger.row.name
        span = due(self._watch.bucketing, self._clock(), self._judged.get(name))
        if self._judged.get(name) == span.last or not await _folded(ledger, (await ledger.reads.checkpoint()).size):
            return
        drafts = await judge_ledger(ledger, self._watch, span)
        size = max([await append(ledger, draft) for draft in drafts], default=-1) + 1
        if self._response is not None:
            if not await _folded(ledger, size):
                return
            await self._response.act(ledger)
        self._judged[name] = span.last


async def _folded(ledger: OpenLedger, size: int) -> bool:
    """Wait for the projections: what was accepted before a bucket closed must have been counted."""
    ledger.runner.wake()
    return await ledger.folded.reach(size, _FOLDING_SECONDS)
