"""Poisson's tail: how improbable a count is, if events came independently at the rate of the last hours."""

from collections.abc import Sequence
from math import exp, lgamma, log, log10
from typing import ClassVar

from projections.surge.detector import Detector, Score

_NEGLIGIBLE = 1e-17


class PoissonTail(Detector):
    """-log₁₀ P(X ≥ count), X Poisson with the mean of the last `window_minutes`. Wants little history.

    Conversations come in bursts, hence vary more than Poisson allows, and it cries wolf: it is for a cold start only.
    """

    name: ClassVar[str] = "poisson"

    threshold: float = 4.0
    window_minutes: int = 1440
    buckets_at_least: int = 3

    @property
    def reach(self) -> int:
        """See `Detector.reach`."""
        return self.buckets(self.window_minutes)

    def _score(self, past: Sequence[int], current: int) -> Score | None:
        if len(past) < self.buckets_at_least:
            return None
        mean = sum(past) / len(past)
        return self.told(current, mean, -log10_tail(current, mean))


def log10_tail(count: int, mean: float) -> float:
    """Return log₁₀ of P(X ≥ `count`), X Poisson distributed with `mean` > 0: the sum itself, no approximation.

    It is summed from its largest term on: upwards above the mean, below it downwards, what is left to 1.
    """
    if count > mean:
        return (_log_term(count, mean) + log(_sum(count, mean, upwards=True))) / log(10)
    if count <= 0:
        return 0.0
    return log10(1.0 - exp(_log_term(count - 1, mean)) * _sum(count - 1, mean, upwards=False))


def _log_term(k: int, mean: float) -> float:
    return k * log(mean) - mean - lgamma(k + 1)


def _sum(k: int, mean: float, *, upwards: bool) -> float:
    """Return the sum of P(X = k), P(X = k ± 1) …, as a multiple of the first."""
    total = term = 1.0
    while term > _NEGLIGIBLE * total:
        term *= mean / (k + 1) if upwards else k / mean
        k += 1 if upwards else -1
        total += term
    return total
