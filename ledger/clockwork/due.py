"""What has fallen due: promises and silent sources, whose rows wait in a queue in the order of their times."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from ledger.sequencer.draft import Draft
from ledger.sequencer.own_event import own_event
from ledger.store.reads import SLICE, Reads
from projections.deadlines.clock_event import ClockEvent
from projections.instants import micros, ranked
from projections.projection import Projection, R

Judge = Callable[[R, datetime], Iterable[ClockEvent]]


class DueWatch:
    """Judges the rows whose time has come. Once it is on record, a row leaves the queue or waits for its next time."""

    def __init__(self, projection: Projection[R], judge: Judge[R], ledger: str, reads: Reads) -> None:
        """Watch a projection that ranks its rows, all outside incidents, by when they are to be judged."""
        self._projection, self._judge, self._ledger, self._reads = projection, judge, ledger, reads

    async def look(self, now: datetime) -> Sequence[Draft]:
        """Return what is due, as `Watch` says: the first `SLICE` rows', so that a crowd is worked off in ticks."""
        until = ranked(micros(now) + 1)
        rows = await self._reads.fetch("queue", self._projection.name, "", "", until, SLICE)
        told = [self._projection.row.model_validate_json(row["row"]) for row in rows]
        return [draft_of(self._ledger, event) for row in told for event in self._judge(row, now)]


def draft_of(ledger: str, event: ClockEvent) -> Draft:
    """Return a clock event on its way into the log."""
    return own_event(ledger, event.type, event.identity, event.time, event.data, event.incident)
