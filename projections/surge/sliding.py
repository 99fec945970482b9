"""Detectors that know no time of day, for comparison in a backtest: they look at the last two days as they come."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, pstdev
from typing import ClassVar

from projections.surge.detector import Detector, Score
from projections.surge.robust import usual


class Sliding(Detector):
    """What these have in common: the window, and half of it as the least history."""

    window_minutes: int = 2 * 1440

    @property
    def reach(self) -> int:
        """See `Detector.reach`."""
        return self.buckets(self.window_minutes)

    def _score(self, past: Sequence[int], current: int) -> Score | None:
        return self._compare(past, current) if len(past) >= self.reach // 2 else None

    def _compare(self, past: Sequence[int], current: int) -> Score | None:
        raise NotImplementedError


class MeanSd(Sliding):
    """By how many standard deviations the count lies above the mean."""

    name: ClassVar[str] = "mean_sd"
    threshold: float = 3.0

    def _compare(self, past: Sequence[int], current: int) -> Score | None:
        mean = fmean(past)
        return self.told(current, mean, (current - mean) / max(pstdev(past, mean), 1.0))


class RobustZ(Sliding):
    """The same by median and MAD."""

    name: ClassVar[str] = "robust_z"
    threshold: float = 3.5

    def _compare(self, past: Sequence[int], current: int) -> Score | None:
        normal = usual(past)
        return self.told(current, normal.median, normal.z(current))


class Ewma(Sliding):
    """Exponentially weighted mean, each bucket weighing `weight` (λ): its distance from the mean in its own deviations.

    The deviation of the weighted mean is σ √(λ / (2 - λ)). Roberts, Control Chart Tests, 1959.
    """

    name: ClassVar[str] = "ewma"
    threshold: float = 3.0
    weight: float = 0.1

    def _compare(self, past: Sequence[int], current: int) -> Score | None:
        mean = fmean(past)
        weighted = mean
        for count in (*past, current):
            weighted += self.weight * (count - weighted)
        deviation = max(pstdev(past, mean), 1.0) * sqrt(self.weight / (2 - self.weight))
        return self.told(current, mean, (weighted - mean) / deviation)
