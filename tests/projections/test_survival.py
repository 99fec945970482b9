"""Kaplan–Meier against a naive estimate in fractions, and against published values."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.survival import kaplan_meier, quantile

DURATIONS = st.lists(st.integers(0, 12), max_size=14)


def numbers(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def naive(happened: list[int], waiting: list[int]) -> list[tuple[int, Fraction]]:
    """The product-limit estimate, one person at a time."""
    people = [(time, True) for time in happened] + [(time, False) for time in waiting]
    share, curve = Fraction(1), []
    for time in sorted(set(happened)):
        risk = sum(other >= time for other, _ in people)
        had = sum(other == time and event for other, event in people)
        share *= 1 - Fraction(had, risk)
        curve.append((time, share))
    return curve


@given(DURATIONS, DURATIONS, st.sampled_from([Fraction(1, 2), Fraction(9, 10)]))
def test_the_curve_and_its_quantiles_are_those_of_the_naive_estimate(
    happened: list[int], waiting: list[int], part: Fraction
) -> None:
    curve, expected = kaplan_meier(numbers(happened), numbers(waiting)), naive(happened, waiting)
    assert curve.times.tolist() == [time for time, _ in expected]
    assert curve.share.tolist() == pytest.approx([float(share) for _, share in expected], abs=1e-12)
    assert quantile(curve, float(part)).value == next((time for time, share in expected if share <= 1 - part), None)


@given(DURATIONS, DURATIONS)
def test_the_interval_lies_around_the_curve_and_around_the_quantile(happened: list[int], waiting: list[int]) -> None:
    curve = kaplan_meier(numbers(happened), numbers(waiting))
    assert (curve.low <= curve.share + 1e-12).all()
    assert (curve.share <= curve.high + 1e-12).all()
    found = quantile(curve, 0.5)
    if found.value is not None:
        assert found.low is not None
        assert found.low <= found.value
        assert found.high is None or found.high >= found.value


def test_remissions_of_leukaemia_are_estimated_as_published() -> None:
    """Freireich et al. 1963, 6-MP arm: S(6) = 0.857, S(10) = 0.753, S(23) = 0.448, median 23 weeks."""
    happened = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    waiting = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier(numbers(happened), numbers(waiting))
    at = dict(zip(curve.times.tolist(), curve.share.tolist(), strict=True))
    assert [round(at[week], 4) for week in (6, 7, 10, 13, 16, 22, 23)] == [
        0.8571,
        0.8067,
        0.7529,
        0.6902,
        0.6275,
        0.5378,
        0.4482,
    ]
    assert quantile(curve, 0.5).value == 23
    assert quantile(curve, 0.5).low == 13
    assert quantile(curve, 0.9).value is None


def test_with_nobody_waiting_the_median_is_that_of_those_who_were_answered() -> None:
    assert quantile(kaplan_meier(numbers([5, 1, 9]), numbers([])), 0.5).value == 5
    assert quantile(kaplan_meier(numbers([4, 1, 9, 5]), numbers([])), 0.5).value == 4


def test_nobody_at_all_has_no_quantile() -> None:
    assert quantile(kaplan_meier(numbers([]), numbers([])), 0.5) == (None, None, None)
    assert quantile(kaplan_meier(numbers([]), numbers([3])), 0.5) == (None, None, None)
