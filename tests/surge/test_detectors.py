"""The detectors: what each finds, what it overlooks, and that it says the same whichever way it is asked."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from projections.surge.bucketing import Bucketing
from projections.surge.cusum import Cusum
from projections.surge.detector import Detector
from projections.surge.poisson import PoissonTail, log10_tail
from projections.surge.seasonal import SeasonalZ
from projections.surge.sliding import Ewma, MeanSd, RobustZ
from projections.surge.surveillance import ENDS_AFTER, OPENS_AFTER, Surveillance, Turn
from projections.surge.watch import Watch, turns
from tests.surge.storms import week

ONSET = 24 * 8 + 9
STORM = (ONSET, ONSET + 8, 5)
EVERY: list[Any] = [SeasonalZ, Cusum, PoissonTail, MeanSd, RobustZ, Ewma]


def opened(detector: Detector | Watch, counts: list[int]) -> list[int]:
    """In which buckets a surge became certain."""
    alarms = (score is not None and score.alarm for score in detector.scan(counts))
    return [turned.certain for turned in turns(alarms, Surveillance()) if turned.turn is Turn.DETECTED]


def test_the_default_finds_a_storm_within_two_buckets_and_nothing_else() -> None:
    [found] = opened(SeasonalZ(bucket_minutes=60), week(storm=STORM))
    assert found - ONSET < 2


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_over_many_weeks_it_finds_every_storm_at_once_and_is_wrong_once_in_two_months(minutes: int) -> None:
    days = false = 0
    for seed in range(16):
        found = opened(SeasonalZ(bucket_minutes=minutes), week(minutes, seed=seed, storm=STORM))
        hits = [place for place in found if 0 <= place * minutes / 60 - ONSET < 2 * minutes / 60]
        assert len(hits) == 1, f"missed in {seed}: {found}"
        days, false = days + 9, false + len(found) - 1
    assert false / days <= 1 / 60


def test_a_slow_burn_is_found_by_cusum_and_mostly_long_before_the_default_sees_it() -> None:
    from_here, never, sooner = 24 * 7, 24 * 10, []
    for seed in range(8):
        counts = week(seed=seed, days=10, burning=(from_here, 0.35))
        slow, default = (
            min((place for place in opened(kind(bucket_minutes=60), counts) if place >= from_here), default=never)
            for kind in (Cusum, SeasonalZ)
        )
        assert slow < never, f"overlooked in {seed}"
        sooner.append(default - slow)
    assert sum(sooner) / len(sooner) > 12
    assert sum(hours >= 0 for hours in sooner) >= 7


def test_poisson_cries_wolf_where_counts_vary_more_than_poissons() -> None:
    calm = [week(seed=seed, an_hour=100) for seed in range(8)]
    alarms = {
        kind: sum(len(opened(kind(bucket_minutes=60), counts)) for counts in calm) for kind in (PoissonTail, SeasonalZ)
    }
    assert alarms[SeasonalZ] <= 1
    assert alarms[PoissonTail] > 20


def test_the_watch_has_poisson_while_it_is_young_and_the_season_later() -> None:
    watch, counts = Watch(Bucketing(bucket_minutes=60)), week(storm=STORM)
    names = [score.algorithm for score in watch.scan(counts) if score is not None]
    assert names[:3] == ["none"] * 3
    assert set(names[3:48]) == {"poisson"}
    assert set(names[48:]) <= {"seasonal_robust_z", "cusum"}
    assert ONSET + 1 in opened(watch, counts)


def test_little_is_never_a_surge_however_unusual() -> None:
    silent = [0] * 24 * 8
    silent[0] = 1
    for kind in EVERY:
        for count, alarm in ((9, False), (10, True)):
            score = kind(bucket_minutes=60).score([*silent[1:], 1, *silent], count)
            if kind is not Cusum:
                assert score is None or score.alarm is alarm, kind.name


counts_ = st.lists(st.integers(0, 60), min_size=1, max_size=120)


@pytest.mark.parametrize("kind", EVERY)
@given(counts_)
def test_scanning_says_what_asking_for_each_bucket_says(kind: Any, counts: list[int]) -> None:
    # Six buckets a day, so that a short list holds weeks.
    detector = kind(bucket_minutes=240)
    assert detector.scan(counts) == [detector.score(counts[:end], count) for end, count in enumerate(counts)]


@pytest.mark.parametrize("kind", EVERY)
@given(counts_, st.integers(0, 60), st.lists(st.integers(0, 9), max_size=9))
def test_what_lies_beyond_its_reach_or_before_the_series_changes_nothing(
    kind: Any, past: list[int], current: int, older: list[int]
) -> None:
    detector = kind(bucket_minutes=240)
    far = [0] * max(detector.reach - len(past), 0) + past
    assert detector.score([*older, *far], current) == detector.score(past, current)


@pytest.mark.parametrize("kind", EVERY)
@given(counts_, st.integers(0, 60))
def test_its_parameters_are_all_it_takes_to_make_it_again(kind: Any, past: list[int], current: int) -> None:
    detector = kind(bucket_minutes=240, threshold=2.5, at_least=3)
    again = kind.model_validate(detector.model_dump())
    assert again.score(past, current) == detector.score(past, current)


@given(st.integers(0, 400), st.floats(0.01, 300))
def test_poissons_tail_is_the_one_that_others_compute(count: int, mean: float) -> None:
    expected = float(stats.poisson.logsf(count - 1, mean)) / math.log(10)
    if expected > -250:  # beyond that theirs underflows
        assert log10_tail(count, mean) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(st.lists(st.booleans(), max_size=60))
def test_two_alarms_on_end_begin_a_surge_and_four_calm_buckets_end_it(alarms: list[bool]) -> None:
    found = list(turns(alarms, Surveillance()))
    surging = [False]
    for place in range(len(alarms)):  # the rule itself, told bucket by bucket
        since = max([turned.certain + 1 for turned in found if turned.certain < place], default=0)
        run = alarms[since : place + 1]
        need = ENDS_AFTER if surging[-1] else OPENS_AFTER
        turns_here = len(run) >= need and all(alarm != surging[-1] for alarm in run[-need:])
        surging.append(surging[-1] != turns_here)
    assert [turned.certain for turned in found] == [place for place, (b, a) in enumerate(pairwise(surging)) if a != b]
    for turned in found:
        assert turned.certain - turned.begun + 1 == (OPENS_AFTER if turned.turn is Turn.DETECTED else ENDS_AFTER)
