"""How long people waited for a first answer: what the view knows of the curve, on a logarithmic axis.

The curve itself is not drawn. The view tells its quantiles and, at three times, the share answered; a line between them
would claim more than is known.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from events.strict import JsonObject

_TIMES = (60, 300, 900, 3600, 4 * 3600, 24 * 3600, 72 * 3600)
"""Where the axis has marks: minutes matter at the beginning, hours at the end."""
_FIRST, _LAST = math.log(_TIMES[0] / 2), math.log(_TIMES[-1] * 1.2)


class Mark(NamedTuple):
    """A time on the axis, in percent of the width."""

    seconds: int
    x: float


class Point(NamedTuple):
    """What is known: after `seconds` the share `y` (percent) had an answer. `low`, `high`: its interval on the axis."""

    name: str
    seconds: float
    x: float
    y: float
    low: float | None = None
    high: float | None = None


def axis() -> Sequence[Mark]:
    """Return the marks of the axis."""
    return [Mark(seconds, _place(seconds)) for seconds in _TIMES]


def points(answer: JsonObject) -> Sequence[Point]:
    """Return what the view `responsiveness` knows of the curve of first answers, by time."""
    response, found = answer["first_response"], list[Point]()
    if (median := response["median_seconds"]["value"]) is not None:
        low, high = (_bound(response[name]) for name in ("median_low_seconds", "median_high_seconds"))
        found.append(Point("median", median, _place(median), 50.0, low, high))
    if (late := response["p90_seconds"]["value"]) is not None:
        found.append(Point("p90", late, _place(late), 90.0))
    for name, rate in answer["rates"].items():
        if (share := rate["rate"]["value"]) is not None:
            seconds = 3600 * int(name.removesuffix("h"))
            found.append(Point(name, seconds, _place(seconds), round(100 * share, 2)))
    return sorted(found, key=lambda point: (point.seconds, point.y))


def _bound(seconds: float | None) -> float | None:
    return None if seconds is None else _place(seconds)


def _place(seconds: float) -> float:
    within = min(max(math.log(max(seconds, 1.0)), _FIRST), _LAST)
    return round(100 * (within - _FIRST) / (_LAST - _FIRST), 2)
