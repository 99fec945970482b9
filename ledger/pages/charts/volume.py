"""How much was said when: a column for each bucket of time, all charts of a page on one axis."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from events.strict import JsonObject

HEIGHT = 40
"""Pixels of the highest column."""


class Column(NamedTuple):
    """A bucket: from `x` on `width` percent of the chart, `height` pixels, how many comments, and when it begins."""

    x: float
    width: float
    height: float
    comments: int
    begins: str


def columns(volume: Sequence[JsonObject], all_: Sequence[JsonObject], bucket_seconds: int) -> Sequence[Column]:
    """Return the columns of a part of the volume. The axis is that of `all_`; the highest column is the part's own."""
    if not volume or not all_:
        return []
    first, last = (datetime.fromisoformat(each["begins"]).timestamp() for each in (all_[0], all_[-1]))
    buckets = round((last - first) / bucket_seconds) + 1
    most = max(each["comments"]["value"] for each in volume)
    return [
        Column(
            round(100 * (datetime.fromisoformat(each["begins"]).timestamp() - first) / bucket_seconds / buckets, 2),
            round(100 / buckets, 2),
            round(HEIGHT * each["comments"]["value"] / most, 1),
            each["comments"]["value"],
            each["begins"],
        )
        for each in volume
    ]
