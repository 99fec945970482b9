"""Shares with their intervals as bars: how long the bar is, and where its whisker reaches."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

_ROW = 34


class Bar(NamedTuple):
    """A share. All but `y` (pixels) are percents of the chart's width; without an interval `low` and `high` are None."""

    label: str
    part: float
    low: float | None
    high: float | None
    y: int


def bars(shares: Iterable[tuple[str, float | None, float | None, float | None]]) -> Sequence[Bar]:
    """Return the bars of shares (label, value, low, high), each 0 to 1; one without a value is left out."""
    known = [share for share in shares if share[1] is not None]
    return [
        Bar(label, _percent(value or 0.0), _bound(low), _bound(high), _ROW * row)
        for row, (label, value, low, high) in enumerate(known)
    ]


def height(drawn: Sequence[Bar]) -> int:
    """Return the pixels that the bars take."""
    return _ROW * len(drawn)


def _bound(value: float | None) -> float | None:
    return None if value is None else _percent(value)


def _percent(value: float) -> float:
    return round(100 * min(max(value, 0.0), 1.0), 2)
