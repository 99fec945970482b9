"""The density strip: what is drawn and what its table says is what was counted, from the first to the last."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ledger.pages.charts.strip import BINS, HEIGHT, MOODS, ROWS, WIDTH, Band, Drawn, Numbers, strip

_MINUTE = 60_000_000
_BAR = re.compile(r"M(\d+) ([\d.]+)h\d+v(-[\d.]+)h-?\d+z")
times = st.lists(st.integers(0, 10**15), max_size=30)


def column(at: list[int]) -> Numbers:
    return np.array(at, dtype=np.int64)


@given(st.lists(times, min_size=4, max_size=4), times, times)
def test_every_event_is_in_the_table_once_and_no_bar_leaves_the_drawing(
    comments: list[list[int]], updates: list[int], measures: list[int]
) -> None:
    by_mood = {mood: column(at) for mood, at in zip(MOODS, comments, strict=True)}
    drawing = strip(Drawn(by_mood, column(updates), column(measures)))
    if not any([*comments, updates, measures]):
        assert drawing is None
        return
    assert drawing is not None
    assert {mood: sum(row.moods[mood] for row in drawing.rows) for mood in MOODS} == {
        mood: len(at) for mood, at in by_mood.items()
    }
    assert [sum(row.updates for row in drawing.rows), sum(row.measures for row in drawing.rows)] == [
        len(updates),
        len(measures),
    ]
    assert len(drawing.rows) == ROWS
    for path in drawing.moods.values():
        for x, base, high in _BAR.findall(path):
            assert 0 <= int(x) < WIDTH
            assert 0 < float(base) + float(high) <= float(base) <= HEIGHT


def test_the_fullest_bin_is_told_and_is_the_highest_bar() -> None:
    none = column([])
    at = [0, 1, 2, BINS * _MINUTE]
    drawing = strip(Drawn({mood: column(at) if mood == "negative" else none for mood in MOODS}, none, none))
    assert drawing is not None
    assert (drawing.most, drawing.bin_seconds) == (3, 60)
    heights = [-float(high) for _, _, high in _BAR.findall(drawing.moods["negative"])]
    assert heights == [46.0, 15.3]


def test_spans_are_cut_to_the_drawing_and_open_ones_reach_its_end() -> None:
    none = column([])
    drawn = Drawn(dict.fromkeys(MOODS, none), column([1000, 2000]), none, surges=[(500, 1500)], blind=[(1750, None)])
    drawing = strip(drawn, (1250, None))
    assert drawing is not None
    assert drawing.surges == [Band(0, 500)]
    assert drawing.blind == [Band(750, 250)]
    assert drawing.chosen == Band(250, 750)
    assert strip(drawn)._replace(rows=()).chosen is None  # type: ignore[union-attr]
