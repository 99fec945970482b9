"""Replaying a surge: an auditor's recount, from the events themselves, of what the ledger put on record."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from events.times import read_time
from projections.event import Event
from projections.folding import rows_of
from projections.surge.bucketing import Bucketing
from projections.surge.cusum import Cusum
from projections.surge.detector import Detector, Score
from projections.surge.judging import counts, on_time
from projections.surge.poisson import PoissonTail
from projections.surge.seasonal import SeasonalZ
from projections.surge.surveillance import Turn
from projections.surge.watch import UNSCORED
from projections.volume import Volume

DETECTORS: Mapping[str, type[Detector]] = MappingProxyType(
    {detector.name: detector for detector in (SeasonalZ, PoissonTail, Cusum)}
)
"""The detectors that a surge may name."""


class Replayed(NamedTuple):
    """The score as it was recomputed, and whether it is the one on record and means what the record says."""

    score: Score
    equal: bool


def replay(surge: Event, log: Iterable[Event]) -> Replayed:
    """Compute the score of a `surge.detected` or `surge.ended` again, from the events of its `input` range in `log`.

    Events outside the range are passed over. Raises `KeyError` for an algorithm that isn't known here.
    """
    data: dict[str, Any] = {name: opening["value"] for name, opening in surge.openings.items()}
    bucketing, start = Bucketing.model_validate(data["params"]), read_time(data["bucket"]["from"])
    told = (event for event in log if data["input"]["from"] <= event.index <= data["input"]["to"])
    rows = rows_of(Volume(bucketing), told).values()
    buckets = {row.start: row for row in rows if row.series == data["series"]}
    observed = on_time(buckets, start)
    score = None
    if data["algorithm"] != UNSCORED.algorithm:
        detector = DETECTORS[data["algorithm"]].model_validate(data["params"])
        past = counts(buckets, bucketing, start - detector.reach * bucketing.length, start)
        score = detector.score(past, observed)
    score = score or UNSCORED
    recorded = (data["algorithm"], data["observed"], data["expected"], data["score"])
    return Replayed(score, score[:4] == recorded and score.alarm == (surge.type == Turn.DETECTED.value))
