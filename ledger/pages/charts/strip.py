"""The density strip: an incident's whole time at a glance, by the sources' clocks.

How many comments came and in which mood, when updates were given, when comments were hidden or removed, when it was a
surge, when our monitors were blind. Units of the drawing: `WIDTH` by `HEIGHT`.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT, BINS = 1000, 64, 125
ROWS = 12
"""Of the table beside the drawing."""
_BASE, _TOP = 58, 12
Mood = Literal["negative", "unknown", "neutral", "positive"]
MOODS: tuple[Mood, ...] = ("negative", "unknown", "neutral", "positive")
"""Stacked in this order, from the bottom."""
Numbers = npt.NDArray[np.int64]
Spans = Sequence[tuple[int, int | None]]


class Band(NamedTuple):
    """A stretch of time, as a rectangle."""

    x: float
    width: float


class StripRow(NamedTuple):
    """A line of the table: when it begins (µs), comments by mood, updates, measures."""

    begin: int
    moods: Mapping[Mood, int]
    updates: int
    measures: int


class Drawn(NamedTuple):
    """What happened, all times in µs since 1970. Spans that haven't ended (None) reach to the end of the drawing."""

    comments: Mapping[Mood, Numbers]
    updates: Numbers
    measures: Numbers
    surges: Spans = ()
    blind: Spans = ()

    @property
    def extent(self) -> tuple[int, int] | None:
        """Return the first and the last time that is drawn, None where nothing is."""
        points = np.concatenate([*self.comments.values(), self.updates, self.measures])
        return (int(points.min()), max(int(points.max()), int(points.min()) + 1)) if len(points) else None


class Strip(NamedTuple):
    """What is drawn: a path for each mood, flags and ticks, bands; `first` and `last` in µs, `most` comments a bin."""

    first: int
    last: int
    bin_seconds: float
    most: int
    moods: Mapping[Mood, str]
    updates: str
    measures: str
    surges: Sequence[Band]
    blind: Sequence[Band]
    chosen: Band | None
    rows: Sequence[StripRow]


def strip(drawn: Drawn, chosen: tuple[int | None, int | None] = (None, None)) -> Strip | None:
    """Return the drawing, None where nothing is to be drawn. `chosen`: what the reader has brushed, in µs."""
    if drawn.extent is None:
        return None
    first, last = drawn.extent
    counts = {mood: _counted(drawn.comments[mood], first, last, BINS) for mood in MOODS}
    most = int(sum(counts.values(), np.zeros(BINS, dtype=np.int64)).max())
    return Strip(
        first,
        last,
        (last - first) / BINS / 1_000_000,
        most,
        _stacked(counts, most),
        "".join(f"M{x:.1f} 12V2l6 3l-6 3" for x in _places(drawn.updates, first, last)),
        "".join(f"M{x:.1f} 58v6" for x in _places(drawn.measures, first, last)),
        [_band(span, first, last) for span in drawn.surges],
        [_band(span, first, last) for span in drawn.blind],
        None if chosen == (None, None) else _band(chosen, first, last),
        _rows(drawn, first, last),
    )


def _counted(at: Numbers, first: int, last: int, bins: int) -> Numbers:
    places = np.clip((at - first) * bins // (last - first), 0, bins - 1)
    return np.bincount(places, minlength=bins).astype(np.int64)


def _stacked(counts: Mapping[Mood, Numbers], most: int) -> Mapping[Mood, str]:
    """Return a path of bars for each mood, each on top of those before it."""
    floor, scale, wide = np.zeros(BINS), (_BASE - _TOP) / max(most, 1), WIDTH / BINS
    paths: dict[Mood, str] = {}
    for mood in MOODS:
        high = counts[mood] * scale
        paths[mood] = "".join(
            f"M{place * wide:.0f} {_BASE - floor[place]:.1f}h{wide - 1:.0f}v{-high[place]:.1f}h{1 - wide:.0f}z"
            for place in np.flatnonzero(high).tolist()
        )
        floor += high
    return paths


def _places(at: Numbers, first: int, last: int) -> Sequence[float]:
    """Return where times stand across the drawing; what would be drawn twice in one place once."""
    scaled = np.clip((at - first) / (last - first), 0, 1) * WIDTH
    return [float(place) for place in np.unique(np.round(scaled, 1))]


def _band(span: tuple[int | None, int | None], first: int, last: int) -> Band:
    begin, end = span[0] if span[0] is not None else first, span[1] if span[1] is not None else last
    left, right = (min(max((at - first) / (last - first), 0), 1) * WIDTH for at in (begin, end))
    return Band(round(left, 1), round(max(right - left, 1), 1))


def _rows(drawn: Drawn, first: int, last: int) -> Sequence[StripRow]:
    counts = {mood: _counted(drawn.comments[mood], first, last, ROWS) for mood in MOODS}
    told, measured = (_counted(at, first, last, ROWS) for at in (drawn.updates, drawn.measures))
    return [
        StripRow(
            first + (last - first) * place // ROWS,
            {mood: int(counts[mood][place]) for mood in MOODS},
            int(told[place]),
            int(measured[place]),
        )
        for place in range(ROWS)
    ]
