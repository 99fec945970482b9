"""How long after it happened an event was recorded: one mark an event, or, of many, one a cell of a grid."""

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

_CELLS_WIDE, _CELLS_HIGH = 60, 16
_TICKS = (1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400)
_LEAST = 1.0


class Recorded(NamedTuple):
    """An event: when it happened by its source's clock, in seconds since 1970; how much later it was recorded."""

    event: int
    happened: float
    late: float
    source: str


class Cell(NamedTuple):
    """Events that lie together: where, in percent; how many; which was the latest; how strong it is drawn, 0 to 1."""

    x: float
    y: float
    events: int
    latest: int
    weight: float


class Tick(NamedTuple):
    """A lag on the axis, in percent from the top."""

    seconds: int
    y: float


class LagChart(NamedTuple):
    """The cells, each `width` by `height` percent, and the axis of lags, which is logarithmic."""

    cells: Sequence[Cell]
    ticks: Sequence[Tick]
    width: float
    height: float
    first: float
    last: float


class SourceLag(NamedTuple):
    """How late a source is, in seconds. `worst`: the event that was latest."""

    source: str
    events: int
    median: float
    p90: float
    longest: float
    worst: int


def lag_chart(told: Sequence[Recorded]) -> LagChart | None:
    """Return the chart, None of nothing. However many events there are, it has at most 960 cells."""
    if not told:
        return None
    first, last = min(each.happened for each in told), max(each.happened for each in told)
    top = max(_TICKS[2], *(each.late for each in told))
    cells: dict[tuple[int, int], list[Recorded]] = defaultdict(list)
    for each in told:
        column = min(int((each.happened - first) / max(last - first, 1.0) * _CELLS_WIDE), _CELLS_WIDE - 1)
        row = min(int((1 - _height(each.late, top)) * _CELLS_HIGH), _CELLS_HIGH - 1)
        cells[column, row].append(each)
    most = max(map(len, cells.values()))
    drawn = [
        Cell(
            round(100 * column / _CELLS_WIDE, 2),
            round(100 * row / _CELLS_HIGH, 2),
            len(inside),
            max(inside, key=lambda each: each.late).event,
            round(0.25 + 0.75 * len(inside) / most, 2),
        )
        for (column, row), inside in sorted(cells.items())
    ]
    ticks = [Tick(seconds, round(100 * (1 - _height(seconds, top)), 2)) for seconds in _TICKS if seconds <= top]
    return LagChart(drawn, ticks, round(100 / _CELLS_WIDE, 2), round(100 / _CELLS_HIGH, 2), first, last)


def by_source(told: Sequence[Recorded]) -> Sequence[SourceLag]:
    """Return the lag of each source, the latest first."""
    grouped: dict[str, list[Recorded]] = defaultdict(list)
    for each in told:
        grouped[each.source].append(each)
    found = []
    for source, events in grouped.items():
        lates = sorted(each.late for each in events)
        worst = max(events, key=lambda each: each.late)
        p90 = lates[max(math.ceil(0.9 * len(lates)) - 1, 0)]
        found.append(SourceLag(source, len(lates), statistics.median(lates), p90, worst.late, worst.event))
    return sorted(found, key=lambda each: (-each.longest, each.source))


def _height(seconds: float, top: float) -> float:
    return math.log(max(seconds, _LEAST)) / math.log(top) if top > 1 else 0.0
