"""A time axis: where a time lies between two others, and which round times stand below it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import NamedTuple

_TICKS = 6
_DAY = 86_400
_STEPS = (60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)
"""Seconds between ticks, each a part of a day; longer ones are whole days."""


class Tick(NamedTuple):
    """A round time of the axis, its place in percent, and the `form` in which it is written: `clock` or `day`."""

    x: float
    at: datetime
    form: str


class TimeAxis(NamedTuple):
    """The time from `first` to `last`, which is later, over the whole width."""

    first: datetime
    last: datetime

    @classmethod
    def over(cls, first: datetime, last: datetime) -> "TimeAxis":
        """Return the axis of a time, a minute at least."""
        return cls(first, max(last, first + timedelta(minutes=1)))

    def place(self, at: datetime) -> float:
        """Return where a time lies, in percent; what lies outside is put on the edge."""
        share = (at - self.first) / (self.last - self.first)
        return round(100 * min(max(share, 0), 1), 3)

    def ticks(self) -> Sequence[Tick]:
        """Return six round times (UTC) at most, none so near an edge that its words would be cut off."""
        wanted = (self.last - self.first).total_seconds() / _TICKS
        step = next((step for step in _STEPS if step >= wanted), ceil(wanted / _DAY) * _DAY)
        begun = self.first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        count = ceil((self.first - begun).total_seconds() / step)
        times = [begun + timedelta(seconds=step * number) for number in range(count, count + _TICKS + 2)]
        form = "day" if step >= _DAY else "clock"
        places = [Tick(self.place(at), at, form) for at in times if self.first <= at <= self.last]
        return [tick for tick in places if 5 <= tick.x <= 95]  # noqa: PLR2004 - percent
