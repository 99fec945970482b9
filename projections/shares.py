"""Shares as views show them: the part, the whole, and how sure the share is."""

from collections.abc import Callable

from events.visibility import Public
from projections.intervals import Bounds, wilson
from projections.shown import Figure, Shown


class Share(Shown):
    """`value` = part/whole, None where the whole is nothing; with 95 % confidence between `low` and `high`."""

    value: Public[float | None]
    low: Public[float | None]
    high: Public[float | None]
    part: Public[Figure]
    whole: Public[Figure]


def share(part: Figure, whole: Figure, interval: Callable[[int, int], Bounds] = wilson) -> Share:
    """Return the share of two figures that count."""
    if not whole.value:
        return Share(value=None, low=None, high=None, part=part, whole=whole)
    low, high = interval(int(part.value or 0), int(whole.value or 0))
    return Share(value=(part.value or 0) / (whole.value or 1), low=low, high=high, part=part, whole=whole)
