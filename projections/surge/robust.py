"""Robust statistics: a median and a spread that a storm among the values doesn't move."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

_NORMAL = 1.4826
"""1/Φ⁻¹(¾): by it the median absolute deviation of normal values estimates their standard deviation."""


class Usual(NamedTuple):
    """What is usual: the median, and the spread around it."""

    median: float
    spread: float

    def z(self, value: float) -> float:
        """Return by how many spreads `value` lies above the median."""
        return (value - self.median) / self.spread


def usual(counts: Sequence[int]) -> Usual:
    """Return median and 1.4826 × MAD of some counts, the spread being at least √median (Poisson's) and 1.

    Counts that hardly vary would else make an alarm of one event more.
    """
    middle = median(counts)
    spread = _NORMAL * median([abs(count - middle) for count in counts])
    return Usual(middle, max(spread, sqrt(middle), 1.0))


def median(values: Sequence[float]) -> float:
    """Return the median of at least one value."""
    ordered, half = sorted(values), len(values) // 2
    return float(ordered[half]) if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
