"""CUSUM: small excesses that go on, added up. Finds the slow burn that no single bucket shows."""

from collections.abc import Sequence
from typing import ClassVar

from projections.surge.detector import Score, history
from projections.surge.seasonal import SeasonalZ


class Cusum(SeasonalZ):
    """Page's one-sided sum S ← max(0, S + z - `slack`) over the last `memory_minutes`; alarm beyond `threshold` (h).

    z is the seasonal robust one, at most `cap`, so that a single spike is no slow burn; S is at most `ceiling`, so that
    a few calm buckets end what a long storm began. Page, Continuous Inspection Schemes, 1954.
    """

    name: ClassVar[str] = "cusum"

    threshold: float = 8.0
    slack: float = 1.0
    cap: float = 3.5
    ceiling: float = 10.0
    memory_minutes: int = 2 * 1440

    @property
    def memory(self) -> int:
        """Return over how many buckets is summed."""
        return self.buckets(self.memory_minutes)

    @property
    def reach(self) -> int:
        """See `Detector.reach`: the first bucket summed needs its own history."""
        return super().reach + self.memory

    def _score(self, past: Sequence[int], current: int) -> Score | None:
        counts = [*past, current]
        scores = [self._seasonal(counts, end) for end in range(max(len(past) - self.memory, 0), len(counts))]
        return self._sum(scores)

    def scan(self, counts: Sequence[int]) -> list[Score | None]:
        """See `Detector.scan`; each z is computed once."""
        scores = [self._seasonal(counts, end) for end in range(len(counts))]
        return [self._sum(scores[max(end - self.memory, 0) : end + 1]) for end in range(len(counts))]

    def _seasonal(self, counts: Sequence[int], end: int) -> Score | None:
        reach = super().reach
        return super()._score(history(counts[max(end - reach, 0) : end], reach), counts[end])

    def _sum(self, scores: Sequence[Score | None]) -> Score | None:
        last = scores[-1]
        if last is None:
            return None
        total = 0.0
        for each in scores:
            if each is not None:
                total = min(max(0.0, total + min(each.score, self.cap) - self.slack), self.ceiling)
        return self.told(last.observed, last.expected, total)
