"""The watch: which detectors keep it together, and the turns that they see in a series of counts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from projections.surge.bucketing import Bucketing
from projections.surge.cusum import Cusum
from projections.surge.detector import Detector, Score
from projections.surge.poisson import PoissonTail
from projections.surge.seasonal import SeasonalZ
from projections.surge.surveillance import ENDS_AFTER, OPENS_AFTER, Surveillance, Turn

UNSCORED = Score("none", 0.0, 0.0, 0.0, alarm=False)


class Watch:
    """Seasonal robust z; while the history is too short for that, Poisson's tail; beside both, CUSUM."""

    name = "watch"

    def __init__(self, bucketing: Bucketing | None = None) -> None:
        """Watch over buckets of that length."""
        self.bucketing = bucketing or Bucketing()
        minutes = self.bucketing.bucket_minutes
        self.detectors: Sequence[Detector] = (
            SeasonalZ(bucket_minutes=minutes),
            PoissonTail(bucket_minutes=minutes),
            Cusum(bucket_minutes=minutes),
        )
        self.reach = max(detector.reach for detector in self.detectors)

    def score(self, past: Sequence[int], current: int) -> Score:
        """Score one bucket; where nobody can say anything yet, that is no alarm."""
        return _first(*(detector.score(past, current) for detector in self.detectors))

    def scan(self, counts: Sequence[int]) -> list[Score | None]:
        """Score every bucket after those before it."""
        scans = (detector.scan(counts) for detector in self.detectors)
        return [_first(*scores) for scores in zip(*scans, strict=True)]

    def params(self, algorithm: str) -> dict[str, str | float | bool | None]:
        """Return everything that a score of that name was computed with, as an event tells it."""
        detector = next((each for each in self.detectors if each.name == algorithm), None)
        return {
            **(detector.model_dump() if detector else {}),
            **self.bucketing.model_dump(),
            "opens_after": OPENS_AFTER,
            "ends_after": ENDS_AFTER,
        }


def _first(seasonal: Score | None, poisson: Score | None, cusum: Score | None) -> Score:
    """Return the score that counts: that of the one who raises an alarm, else of the one whose turn it is."""
    main = seasonal or poisson or UNSCORED
    return cusum if cusum is not None and cusum.alarm and not main.alarm else main


class Turned(NamedTuple):
    """A turn in a run of buckets, by their places: it began at `begun` and became certain at `certain`."""

    turn: Turn
    begun: int
    certain: int


def turns(alarms: Iterable[bool], state: Surveillance) -> Iterator[Turned]:
    """Yield the turns that a run of buckets makes, beginning from `state`."""
    for place, alarm in enumerate(alarms):
        before = state.contrary
        state, turn = state.after(alarm=alarm)
        if turn is not None:
            yield Turned(turn, place - before, place)
