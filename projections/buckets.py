"""Buckets of time: how many fell into each hour, or into something coarser where that would be too many."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from projections.comment_table import Numbers

MOST = 100
_HOUR = 3_600
_WIDTHS = (_HOUR, 24 * _HOUR, 7 * 24 * _HOUR)
_MICROS = 1_000_000


class Bucket(NamedTuple):
    """One bucket: where it begins (µs since 1970), and the events in it."""

    begins: int
    indexes: list[int]


def width(times: Numbers) -> int:
    """Return a bucket's width in seconds: an hour, a day, a week or a multiple, so that at most `MOST` span `times`."""
    if not len(times):
        return _HOUR
    span = int(times.max() - times.min()) // _MICROS
    for seconds in _WIDTHS:
        if span < seconds * (MOST - 1):
            return seconds
    weeks = span // (_WIDTHS[-1] * (MOST - 1)) + 1
    return _WIDTHS[-1] * weeks


def buckets(times: Numbers, indexes: Numbers, seconds: int) -> Sequence[Bucket]:
    """Return the buckets that hold something, in order; they begin at multiples of their width since 1970, in UTC."""
    begins = times // (seconds * _MICROS)
    found = {int(at): np.sort(indexes[begins == at]).tolist() for at in np.unique(begins)}
    return [Bucket(at * seconds * _MICROS, inside) for at, inside in found.items()]
