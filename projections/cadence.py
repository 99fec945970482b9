"""Cadence: how long people waited from one update to the next, and whether the next came when it was promised."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Literal, NamedTuple

from projections.facts import Fact
from projections.shown import Figure, figure


class Gap(NamedTuple):
    """A duration and the two events that it lies between."""

    seconds: float
    first: int
    last: int


class Promise(NamedTuple):
    """An update that promised the next one `due`, and the `next` one to the same audience."""

    made: Fact
    due: datetime
    next: Fact | None

    def status(self, at: datetime) -> Literal["kept", "missed", "pending"]:
        """Return whether the next one came by then; whether it may still come."""
        if self.next is not None and self.next.at <= self.due:
            return "kept"
        return "pending" if self.due >= at else "missed"


def gaps_between(told: Sequence[Fact]) -> list[Gap]:
    """Return the time between each event and the next, in the order of their times."""
    return [Gap((after.at - before.at).total_seconds(), before.event, after.event) for before, after in pairwise(told)]


def promises(told: Sequence[Fact]) -> list[Promise]:
    """Return what each publication to one audience promised, those that promise nothing left out."""
    after: Sequence[Fact | None] = [*told[1:], None]
    return [
        Promise(fact, due, later)
        for fact, later in zip(told, after, strict=False)
        if (due := fact.time("next_update_due")) is not None
    ]


def median_gap(gaps: Sequence[Gap]) -> Figure:
    """Return the median, with all events behind it."""
    return figure(median(gap.seconds for gap in gaps) if gaps else None, _ends(gaps))


def p90_gap(gaps: Sequence[Gap]) -> Figure:
    """Return the 90th percentile by nearest rank, with all events behind it."""
    lengths = sorted(gap.seconds for gap in gaps)
    return figure(lengths[ceil(0.9 * len(lengths)) - 1] if lengths else None, _ends(gaps))


def longest_gap(gaps: Sequence[Gap]) -> Figure:
    """Return the longest, the first of several, with its two events."""
    longest = max(gaps, key=lambda gap: gap.seconds, default=None)
    return figure(None, []) if longest is None else figure(longest.seconds, sorted({longest.first, longest.last}))


def _ends(gaps: Sequence[Gap]) -> list[int]:
    return sorted({event for gap in gaps for event in (gap.first, gap.last)})
