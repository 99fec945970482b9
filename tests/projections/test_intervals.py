"""Intervals against computations that share nothing with ours: tail sums in fractions, roots, and textbook values."""

from fractions import Fraction
from math import comb, inf, isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.intervals import clopper_pearson, exact_ratio, wilson

wholes = st.integers(1, 120)
shares = wholes.flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
TAIL = Fraction(25, 1000)


def at_least(part: int, whole: int, share: Fraction) -> Fraction:
    """P(X >= part) of a binomial."""
    terms = (comb(whole, k) * share**k * (1 - share) ** (whole - k) for k in range(part, whole + 1))
    return sum(terms, Fraction(0))


@given(shares)
def test_beyond_an_exact_bound_lies_a_fortieth(case: tuple[int, int]) -> None:
    part, whole = case
    low, high = clopper_pearson(part, whole)
    if part:
        assert isclose(at_least(part, whole, Fraction(low)), TAIL, rel_tol=1e-9)
    else:
        assert low == 0
    if part < whole:
        assert isclose(1 - at_least(part + 1, whole, Fraction(high)), TAIL, rel_tol=1e-9)
    else:
        assert high == 1


@given(shares)
def test_at_a_score_bound_the_share_is_as_many_deviations_away_as_the_level_asks(case: tuple[int, int]) -> None:
    part, whole = case
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            away = abs(part / whole - bound) / sqrt(bound * (1 - bound) / whole)
            assert isclose(away, 1.959963984540054, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(0, 10, 0, 0.3084971), (5, 10, 0.1870860, 0.8129140), (81, 263, 0.2527, 0.3676)]
)
def test_exact_bounds_are_those_of_the_tables(part: int, whole: int, low: float, high: float) -> None:
    assert clopper_pearson(part, whole) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)]
)
def test_score_bounds_are_those_of_the_literature(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998), table I."""
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


@given(shares, shares)
def test_a_ratio_exactly_at_its_bound_leaves_a_fortieth_beyond(one: tuple[int, int], other: tuple[int, int]) -> None:
    (part, whole), (other_part, other_whole) = one, other
    low, high = exact_ratio(part, whole, other_part, other_whole)
    total = part + other_part
    if 0 < low < inf:
        weight = Fraction(low) * whole
        assert isclose(at_least(part, total, weight / (weight + other_whole)), TAIL, rel_tol=1e-9)
    if 0 < high < inf:
        weight = Fraction(high) * whole
        assert isclose(1 - at_least(part + 1, total, weight / (weight + other_whole)), TAIL, rel_tol=1e-9)
    assert (low == 0) == (part == 0)
    assert (high == inf) == (other_part == 0)
