"""Seasonal robust z: a count against those of the same time of day on the days before. The default."""

from collections.abc import Sequence
from typing import ClassVar

from projections.surge.detector import Detector, Score
from projections.surge.robust import usual


class SeasonalZ(Detector):
    """z against median and MAD of the same time of day, ± `around_minutes`, on up to `days` days before.

    The day itself isn't looked at, so that a storm doesn't become its own normal.
    """

    name: ClassVar[str] = "seasonal_robust_z"

    threshold: float = 3.5
    days: int = 7
    days_at_least: int = 2
    around_minutes: int = 60

    @property
    def reach(self) -> int:
        """See `Detector.reach`."""
        return self.days * self.day + self.buckets(self.around_minutes)

    def _score(self, past: Sequence[int], current: int) -> Score | None:
        if len(past) < self.days_at_least * self.day:
            return None
        around, now, same = self.buckets(self.around_minutes), len(past), list[int]()
        for place in range(now - self.day, max(now - self.days * self.day, 0) - 1, -self.day):
            same += past[max(place - around, 0) : place + around + 1]
        normal = usual(same)
        return self.told(current, normal.median, normal.z(current))
