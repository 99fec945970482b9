"""What every detector is: named parameters, and a pure function from counts to a score."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from projections.surge.bucketing import MINUTES_A_DAY

_DIGITS = 6


class Score(NamedTuple):
    """What a detector says of one bucket: `score` is its own measure of how unusual the count is."""

    algorithm: str
    observed: float
    expected: float
    score: float
    alarm: bool


class Detector(BaseModel, ABC):
    """A detector; its fields are all its parameters. `at_least`: fewer events in a bucket are never an alarm."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    name: ClassVar[str]

    bucket_minutes: int = 30
    threshold: float
    at_least: int = 10

    @property
    @abstractmethod
    def reach(self) -> int:
        """Return how many buckets back it looks."""

    @abstractmethod
    def _score(self, past: Sequence[int], current: int) -> Score | None:
        """Score `current` after `past`, which begins with the series and is at most `reach` long."""

    def score(self, past: Sequence[int], current: int) -> Score | None:
        """Score the count `current` after those of the buckets before it, the oldest first.

        What lies further back than `reach` changes nothing, nor do the zeros before the first count: the series began
        with that. None where the history is too short to say anything.
        """
        return self._score(history(past, self.reach), current)

    def scan(self, counts: Sequence[int]) -> list[Score | None]:
        """Score every bucket after those before it."""
        return [self.score(counts[max(0, end - self.reach) : end], count) for end, count in enumerate(counts)]

    def buckets(self, minutes: int) -> int:
        """Return how many buckets a span has."""
        return minutes // self.bucket_minutes

    @property
    def day(self) -> int:
        """Return how many buckets a day has."""
        return self.buckets(MINUTES_A_DAY)

    def told(self, observed: float, expected: float, score: float) -> Score:
        """Return the score in as many digits as every machine computes alike."""
        shown = round(score, _DIGITS)
        alarm = observed >= self.at_least and shown > self.threshold
        return Score(self.name, observed, round(expected, _DIGITS), shown, alarm)


def history(past: Sequence[int], reach: int) -> Sequence[int]:
    """Return the last `reach` counts, from the first that isn't zero."""
    near = past[-reach:] if reach < len(past) else past
    begun = next((place for place, count in enumerate(near) if count), len(near))
    return near[begun:] if begun else near
