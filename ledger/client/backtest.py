"""Backtest: what each detector would have said of the comments in a file."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import NamedTuple, Protocol

from events.faults import Fault
from events.strict import JsonObject
from events.times import NOT_A_TIME, read_time
from ledger.client.failures import ClientError
from ledger.client.field_map import FieldMap
from ledger.client.rows import Row
from projections.surge.bucketing import Bucketing
from projections.surge.cusum import Cusum
from projections.surge.detector import Score
from projections.surge.poisson import PoissonTail
from projections.surge.seasonal import SeasonalZ
from projections.surge.sliding import Ewma, MeanSd, RobustZ
from projections.surge.surveillance import Surveillance, Turn
from projections.surge.watch import Watch, turns

_MOST_BUCKETS = 1_000_000
_COMMENT = "comment.received"


class Scanner(Protocol):
    """What can be tried."""

    @property
    def name(self) -> str:
        """Return what it is called."""

    def scan(self, counts: Sequence[int]) -> list[Score | None]:
        """Score every bucket after those before it."""


class Truth(NamedTuple):
    """A storm that there was, from its onset to its end."""

    onset: datetime
    end: datetime


class Trial(NamedTuple):
    """What became of one detector: `false_a_day` and `delay` (the median) are None where no truth is known."""

    name: str
    surges: Sequence[datetime]
    found: int
    delay: timedelta | None
    false_a_day: float | None
    seconds: float


@dataclass(slots=True)
class Volumes:
    """The comments of a file, counted by bucket; `passed_over` are rows of other types."""

    bucketing: Bucketing
    fields: FieldMap
    complain: Callable[[int, Fault], None]
    counts: Counter[datetime] = field(default_factory=Counter)
    passed_over: int = 0
    refused: int = 0

    def read(self, rows: Iterator[Row]) -> None:
        """Count all rows; one that can't be counted is told with its line."""
        for row in rows:
            faults = row.faults or self._count(self.fields.event(row.document))
            self.refused += bool(faults)
            for fault in faults:
                self.complain(row.line, fault)

    def series(self) -> tuple[datetime, list[int]]:
        """Return the beginning of the first bucket, and the counts from it to the last. Raises `ClientError`."""
        if not self.counts:
            raise ClientError(f"there is no {_COMMENT} with a time in it")
        first, length = min(self.counts), self.bucketing.length
        size = (max(self.counts) - first) // length + 1
        if size > _MOST_BUCKETS:
            raise ClientError(f"the times span {size:,} buckets; more than {_MOST_BUCKETS:,} are not tried")
        return first, [self.counts[first + place * length] for place in range(size)]

    def _count(self, event: JsonObject) -> tuple[Fault, ...]:
        if event.get("type", _COMMENT) != _COMMENT:
            self.passed_over += 1
            return ()
        try:
            self.counts[self.bucketing.start(read_time(str(event.get("time"))))] += 1
        except ValueError:
            return (Fault("/time", NOT_A_TIME),)
        return ()


def scanners(bucketing: Bucketing) -> Sequence[Scanner]:
    """Return all that is tried: the watch as it is kept live, its parts, and some others for comparison."""
    kinds: Sequence[Callable[..., Scanner]] = (SeasonalZ, Cusum, PoissonTail, MeanSd, RobustZ, Ewma)
    return [Watch(bucketing), *(kind(bucket_minutes=bucketing.bucket_minutes) for kind in kinds)]


def attempt(scanner: Scanner, volumes: Volumes, truths: Sequence[Truth]) -> Trial:
    """Return what a detector makes of the counts: two alarms open a surge and four calm buckets end it, as live."""
    first, counts = volumes.series()
    length, began = volumes.bucketing.length, perf_counter()
    scores = scanner.scan(counts)
    seconds = perf_counter() - began
    alarms = (score is not None and score.alarm for score in scores)
    opened = [turned for turned in turns(alarms, Surveillance()) if turned.turn is Turn.DETECTED]
    certain = [first + (turned.certain + 1) * length for turned in opened]
    if not truths:
        return Trial(scanner.name, certain, 0, None, None, seconds)
    delays = [min(hits) for truth in truths if (hits := _delays(certain, truth, length))]
    false = sum(not any(_delays([time], truth, length) for truth in truths) for time in certain)
    calm = len(counts) * length - sum((truth.end - truth.onset for truth in truths), timedelta())
    a_day = false / max(calm / timedelta(days=1), 1.0)
    return Trial(scanner.name, certain, len(delays), _median(delays), a_day, seconds)


def _median(delays: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(delay.total_seconds() for delay in delays)) if delays else None


def _delays(times: Sequence[datetime], truth: Truth, length: timedelta) -> list[timedelta]:
    """Return how long after the onset each of the surges came that belong to a storm, its last bucket included."""
    return [time - truth.onset for time in times if truth.onset <= time <= truth.end + length]
