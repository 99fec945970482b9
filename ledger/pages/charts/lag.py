"""How long after it happened an event was recorded: one mark an event, or, of many, one a cell of a grid."""

import heapq
import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

_CELLS_WIDE, _CELLS_HIGH = 48, 14
_ROWS = _CELLS_HIGH + 1
_NAMED = 20
_TICKS = (1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400)
_LEAST = 1.0


class Recorded(NamedTuple):
    """An event: when it happened by its source's clock, in seconds since 1970; how much later it was recorded."""

    event: int
    happened: float
    late: float
    source: str


class Cell(NamedTuple):
    """Events that lie together: where, in percent; how many; which is furthest off; how strong it is drawn, 0 to 1.

    `ahead`: they were recorded before the time that they claim.
    """

    x: float
    y: float
    events: int
    furthest: int
    weight: float
    ahead: bool


class Tick(NamedTuple):
    """A lag on the axis, in percent from the top."""

    seconds: int
    y: float


class LagChart(NamedTuple):
    """The cells, each `width` by `height` percent, and the axis of lags, which is logarithmic.

    `ahead`: where the row of those begins that were recorded before the time they claim, in percent; None without any.
    """

    cells: Sequence[Cell]
    ticks: Sequence[Tick]
    width: float
    height: float
    first: float
    last: float
    ahead: float | None


class SourceLag(NamedTuple):
    """How late a source is, in seconds. `worst`: the event that was latest."""

    source: str
    events: int
    median: float
    p90: float
    longest: float
    worst: int


def lag_chart(told: Sequence[Recorded]) -> LagChart | None:
    """Return the chart, None of nothing. However many events there are, it has at most 720 cells."""
    if not told:
        return None
    first, last = min(each.happened for each in told), max(each.happened for each in told)
    top = max(_TICKS[2], *(each.late for each in told))
    cells: dict[tuple[int, int], list[Recorded]] = defaultdict(list)
    for each in told:
        column = min(int((each.happened - first) / max(last - first, 1.0) * _CELLS_WIDE), _CELLS_WIDE - 1)
        cells[column, _row(each.late, top)].append(each)
    most = max(map(len, cells.values()))
    drawn = [
        Cell(
            round(100 * column / _CELLS_WIDE, 2),
            _percent(row),
            len(inside),
            max(inside, key=lambda each: abs(each.late)).event,
            round(0.25 + 0.75 * len(inside) / most, 2),
            row == _CELLS_HIGH,
        )
        for (column, row), inside in sorted(cells.items())
    ]
    ticks = [Tick(seconds, _percent(_CELLS_HIGH * (1 - _height(seconds, top)))) for seconds in _TICKS if seconds <= top]
    ahead = _percent(_CELLS_HIGH) if any(cell.ahead for cell in drawn) else None
    return LagChart(drawn, ticks, round(100 / _CELLS_WIDE, 2), _percent(1), first, last, ahead)


def furthest_off(told: Sequence[Recorded]) -> Sequence[Recorded]:
    """Return the 20 events that were recorded latest, and the 20 that were dated furthest ahead; the furthest first."""
    late = heapq.nlargest(_NAMED, (each for each in told if each.late >= 0), key=lambda each: each.late)
    ahead = heapq.nsmallest(_NAMED, (each for each in told if each.late < 0), key=lambda each: each.late)
    return [*late, *ahead]


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


def _row(late: float, top: float) -> int:
    return _CELLS_HIGH if late < 0 else min(int((1 - _height(late, top)) * _CELLS_HIGH), _CELLS_HIGH - 1)


def _percent(row: float) -> float:
    return round(100 * row / _ROWS, 2)


def _height(seconds: float, top: float) -> float:
    return math.log(max(seconds, _LEAST)) / math.log(top) if top > 1 else 0.0
