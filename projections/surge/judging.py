"""Judging a series: from its rows to the turns that the ledger puts on record, each with all that it takes to check it.

A bucket is judged on what was accepted in time, against all that is known of the buckets before it. What is accepted
later counts in the past of later buckets; of a turn once on record it changes nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from events.strict import JsonObject
from events.times import read_time
from projections.surge.bucketing import Bucketing, read_start, render_start
from projections.surge.detector import Score
from projections.surge.surveillance import ENDS_AFTER, Surveillance, Turn
from projections.surge.watch import Watch, turns
from projections.surges import SurgesRow
from projections.volume import VolumeRow

LOOKBACK = timedelta(days=1)
"""What closed longer ago isn't judged any more: a surge of last year, imported today, is no alarm."""


class Span(NamedTuple):
    """The buckets to judge, from `first` to `last`, by their beginnings."""

    first: datetime
    last: datetime


class Found(NamedTuple):
    """A turn to put on record: `time` is the end of the bucket that made it certain."""

    turn: Turn
    time: datetime
    data: JsonObject


def due(bucketing: Bucketing, now: datetime, judged: datetime | None) -> Span:
    """Return what is to be judged at `now`, where all up to `judged` was judged before (None: that isn't known).

    It begins with the last buckets judged before, since a turn needs several in a row.
    """
    last = bucketing.last_closed(now)
    first = bucketing.start(last - LOOKBACK)
    if judged is not None:
        first = max(first, judged - (ENDS_AFTER - 2) * bucketing.length)
    return Span(first, last)


def begin(watch: Watch, span: Span) -> datetime:
    """Return the beginning of the earliest bucket whose count matters to the judgement of `span`."""
    return span.first - watch.reach * watch.bucketing.length


def judge(watch: Watch, series: SurgesRow, rows: Iterable[VolumeRow], span: Span) -> list[Found]:
    """Return the turns of a series in `span`, given its rows from `begin` on. Nothing settled is judged again."""
    buckets = {row.start: row for row in rows}
    length = watch.bucketing.length
    first = span.first if series.decided is None else max(span.first, watch.bucketing.start(read_time(series.decided)))
    starts = [first + step * length for step in range((span.last - first) // length + 1)]
    past = counts(buckets, watch.bucketing, first - watch.reach * length, span.last)
    scores = [
        watch.score(past[place : place + watch.reach], on_time(buckets, start)) for place, start in enumerate(starts)
    ]
    state = Surveillance(series.surging)
    found = turns((score.alarm for score in scores), state)
    return [
        Found(
            turn, starts[certain] + length, _data(watch, series, buckets, starts[begun], starts[certain], scores[begun])
        )
        for turn, begun, certain in found
    ]


def counts(buckets: Mapping[str, VolumeRow], bucketing: Bucketing, first: datetime, end: datetime) -> list[int]:
    """Return how many there are in each bucket from `first` to before `end`."""
    starts = (render_start(first + step * bucketing.length) for step in range((end - first) // bucketing.length))
    return [buckets[start].count if start in buckets else 0 for start in starts]


def on_time(buckets: Mapping[str, VolumeRow], start: datetime) -> int:
    """Return how many of a bucket were accepted in time."""
    row = buckets.get(render_start(start))
    return row.on_time if row else 0


def _data(
    watch: Watch,
    series: SurgesRow,
    buckets: Mapping[str, VolumeRow],
    begun: datetime,
    certain: datetime,
    score: Score,
) -> JsonObject:
    """Return the data of the turn's event."""
    length = watch.bucketing.length
    seen = [row for row in buckets.values() if begun - watch.reach * length <= read_start(row.start) <= certain]
    at = buckets.get(render_start(begun))
    return {
        "series": series.series,
        "bucket": {"from": render_start(begun), "to": render_start(begun + length)},
        "observed": score.observed,
        "expected": score.expected,
        "score": score.score,
        "algorithm": score.algorithm,
        "params": watch.params(score.algorithm),
        "input": {
            "from": min((row.first for row in seen), default=series.turned or 0),
            "to": max((row.last for row in seen), default=series.turned or 0),
        },
        "samples": list(at.samples) if at else [],
    }
