"""Sources that post regularly, and from when on their silence is worth a word.

A source shows a sign of life in every minute in which anything of it is accepted; gaps are between such minutes, so
that a batch is one sign, and an import of a whole archive too. Its usual gap is the 90th percentile (nearest rank) of
the last `GAPS` gaps. It is regular if there are at least `GAPS_AT_LEAST`, and the usual gap is at most `SPREAD` times
the median: this holds for a steady stream of chance arrivals (2.303 / 0.693 = 3.3), not for people at a console, who
post in fits. A regular source is silent after `TIMES` usual gaps, at the earliest after `FLOOR`: 1 in 1,000 gaps of
chance arrivals is as long (exp(-3 × 2.303)). By the ledger's own clock, since what counts is what reached it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from math import ceil
from statistics import median

from events.entry import SERVICE_SOURCE, parse_instant
from projections.deadlines.clock_event import MINUTE, ClockEvent
from projections.event import Event
from projections.instants import instant, micros, ranked
from projections.projection import Projection, Row, RowKey

GAPS, GAPS_AT_LEAST = 32, 12
SPREAD, TIMES = 4, 3
FLOOR = 10
"""Minutes."""
_MINUTE_DIGITS = len("2026-11-22T14:00")


class SilenceRow(Row):
    """A source's last event and its last gaps in minutes. `recorded`: the last event that a silence was told after."""

    source: str
    last: int
    at: str
    gaps: tuple[int, ...] = ()
    recorded: int | None = None


class Silences(Projection[SilenceRow]):
    """One row a source. Ranked by the time from which on its silence is worth a word."""

    name = "silences"
    version = 1
    row = SilenceRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the source; of the ledger itself, the source that it says is silent."""
        if event.linked_by is None:
            source = event.source
            if source.startswith(SERVICE_SOURCE):
                source = event.text("source") or "" if event.type == "source.silent" else ""
            if source:
                yield RowKey("", source)

    def fold(self, row: SilenceRow | None, key: RowKey, event: Event) -> SilenceRow:
        """Take the sign of life, or that its absence is on record."""
        if row is None:
            return SilenceRow(source=key.key, last=event.index, at=event.accepted_at)
        if event.source.startswith(SERVICE_SOURCE):
            return row.model_copy(update={"recorded": event.value("last_event")})
        told = {"last": event.index, "at": event.accepted_at}
        if event.accepted_at[:_MINUTE_DIGITS] != row.at[:_MINUTE_DIGITS]:
            told["gaps"] = (*row.gaps, _minute(event.accepted_at) - _minute(row.at))[-GAPS:]
        return row.model_copy(update=told)

    def rank(self, row: SilenceRow) -> str | None:
        """Return the time, which moves once a minute at most: most events leave the queue as it is."""
        limit = None if row.recorded == row.last else silence_limit(row.gaps)
        return None if limit is None else ranked((_minute(row.at) + 1 + limit) * MINUTE)


SILENCES = Silences()


def usual_gap(gaps: tuple[int, ...]) -> int | None:
    """Return the usual gap in minutes, None where the source isn't regular."""
    if len(gaps) < GAPS_AT_LEAST:
        return None
    usual = sorted(gaps)[ceil(0.9 * len(gaps)) - 1]
    return usual if usual <= SPREAD * median(gaps) else None


def silence_limit(gaps: tuple[int, ...]) -> int | None:
    """Return how many minutes a source may say nothing, None where nobody can tell."""
    usual = usual_gap(gaps)
    return None if usual is None else max(TIMES * usual, FLOOR)


def silent(row: SilenceRow, now: datetime) -> Iterator[ClockEvent]:
    """Yield the clock event about a source that is silent by `now`, unless it is on record."""
    usual, limit = usual_gap(row.gaps), silence_limit(row.gaps)
    if usual is None or limit is None or row.recorded == row.last:
        return
    at = (_minute(row.at) + 1 + limit) * MINUTE
    if at <= micros(now):
        data = {"source": row.source, "since": row.at, "usual_gap_seconds": 60 * usual, "last_event": row.last}
        yield ClockEvent("source.silent", f"source.silent:{row.last}", instant(at), data, None)


def _minute(accepted_at: str) -> int:
    return micros(parse_instant(accepted_at)) // MINUTE
