"""Which comments were hit by a measure, and whether criticism was hit harder than the rest."""

from collections.abc import Sequence
from math import isfinite

import numpy as np

from events.visibility import Public
from projections.comment_states import real
from projections.comment_table import NONE, CommentTable, Mask
from projections.intervals import clopper_pearson, exact_ratio
from projections.register import Entry
from projections.shares import Share, share
from projections.shown import Figure, Shown, counted

ENOUGH = 5
"""Where fewer are expected in either group if both were treated alike, a ratio says little: `too_few`."""


class Part(Shown):
    """How many comments of one kind were received, ever hidden and ever removed."""

    received: Public[Figure]
    hidden: Public[Share]
    removed: Public[Share]


class Bias(Shown):
    """Whether criticism was hit harder: P(hit given negative)/P(hit given another mood), with its exact interval.

    `ratio` and `high` are None where they are infinite or there is nothing to compare.
    """

    negative: Public[Share]
    other: Public[Share]
    ratio: Public[float | None]
    low: Public[float | None]
    high: Public[float | None]
    too_few: Public[bool]
    unjudged: Public[Share]


class Hits:
    """Which comments were ever hit by which measure: by place, the index of the first. Drills aside.

    `unknown`: the measures whose target was not received as a comment.
    """

    def __init__(self, table: CommentTable, entries: Sequence[Entry]) -> None:
        """Find the comments that the measures name."""
        self.table = table
        self.real: Mask = real(table)
        self.unknown: list[int] = []
        self.first = {name: np.full(len(table), NONE, np.int64) for name in ("comment.hidden", "comment.removed")}
        for entry in entries:
            if (first := self.first.get(entry.measure.type or "")) is None:
                continue
            place = table.place(entry.measure.target or "")
            if place is None:
                self.unknown.append(entry.index)
            elif first[place] == NONE:
                first[place] = entry.index

    def received(self, where: Mask) -> Figure:
        """Count how many of some comments were received."""
        return counted(np.sort(self.table.column("received")[self.real & where]))

    def share(self, type_: str, where: Mask, received: Figure) -> Share:
        """Return how many of some comments were ever hit by a type of measure: the events are the first for each."""
        hit = self.first[type_]
        hits = np.sort(hit[self.real & where & (hit != NONE)]).tolist()
        return share(counted(hits), received, clopper_pearson)

    def part(self, where: Mask) -> Part:
        """Return what was done to some comments."""
        received = self.received(where)
        return Part(
            received=received,
            hidden=self.share("comment.hidden", where, received),
            removed=self.share("comment.removed", where, received),
        )


def bias(hits: Hits, type_: str) -> Bias:
    """Compare those judged negative last with those judged otherwise; those never judged are neither."""
    judged, mood = hits.table.has("sentiment"), hits.table.column("sentiment")
    negative = mood == hits.table.word("negative")
    bad, other, unjudged = (
        hits.share(type_, where, hits.received(where)) for where in (negative, judged & ~negative, ~judged)
    )
    ratio, low, high = _ratio(bad, other)
    total, both = bad.part.count + other.part.count, bad.whole.count + other.whole.count
    expected = total * min(bad.whole.count, other.whole.count) / both if both else 0
    return Bias(
        negative=bad,
        other=other,
        ratio=ratio,
        low=low,
        high=high,
        too_few=expected < ENOUGH,
        unjudged=unjudged,
    )


def _ratio(bad: Share, other: Share) -> tuple[float | None, float | None, float | None]:
    if not (bad.whole.count and other.whole.count and bad.part.count + other.part.count):
        return None, None, None
    low, high = exact_ratio(bad.part.count, bad.whole.count, other.part.count, other.whole.count)
    ratio = (bad.value or 0) / other.value if other.value else None
    return ratio, low, high if isfinite(high) else None
