"""Business hours against a count minute by minute on the wall clock, and laws that hold for any calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from events.times import EPOCH
from projections.business_hours import Calendar, business_micros
from projections.instants import micros

MINUTE = 60_000_000
calendars = st.builds(
    lambda zone, hours, country: Calendar(zone, *sorted(hours), *country),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    st.tuples(st.integers(0, 1440), st.integers(0, 1440)),
    st.sampled_from([(None, None), ("FR", None), ("FR", "57"), ("US", "CA")]),
)
instants = st.integers(micros(datetime(2024, 1, 1, tzinfo=UTC)), micros(datetime(2027, 12, 31, tzinfo=UTC)))


def between(calendar: Calendar, start: int, end: int) -> int:
    return int(business_micros(calendar, np.array([start]), np.array([end]))[0])


def by_the_minute(calendar: Calendar, start: int, end: int) -> int:
    """Look at the wall clock once a minute."""
    off = {} if calendar.country is None else holidays.country_holidays(calendar.country, calendar.subdivision)
    zone, minutes = ZoneInfo(calendar.zone), 0
    for at in range(start, end, MINUTE):
        local = (EPOCH + timedelta(microseconds=at)).astimezone(zone)
        open_now = calendar.opens <= local.hour * 60 + local.minute < calendar.closes
        minutes += open_now and local.weekday() < 5 and local.date() not in off
    return minutes * MINUTE


@settings(max_examples=30)
@given(
    calendars.filter(lambda calendar: calendar.opens >= 240 and calendar.country != "US"),
    instants,
    st.integers(0, 4000),
)
def test_business_time_is_what_the_wall_clock_shows_minute_by_minute(
    calendar: Calendar, start: int, minutes: int
) -> None:
    start -= start % MINUTE
    end = start + minutes * MINUTE
    assert between(calendar, start, end) == by_the_minute(calendar, start, end)


@given(calendars, st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_spans_add_up_and_are_never_longer_than_by_the_calendar(calendar: Calendar, times: list[int]) -> None:
    first, middle, last = times
    whole = between(calendar, first, last)
    assert whole == between(calendar, first, middle) + between(calendar, middle, last)
    assert 0 <= whole <= last - first


@given(calendars, st.lists(st.tuples(instants, instants), max_size=8))
def test_many_spans_at_once_are_each_as_alone_and_none_is_negative(
    calendar: Calendar, spans: list[tuple[int, int]]
) -> None:
    starts, ends = (np.array([span[side] for span in spans], dtype=np.int64) for side in (0, 1))
    assert business_micros(calendar, starts, ends).tolist() == [between(calendar, *span) for span in spans]


def test_nothing_passes_on_a_holiday_or_a_weekend() -> None:
    paris = Calendar("Europe/Paris", 540, 1080, "FR")
    for day in (datetime(2026, 7, 14, tzinfo=UTC), datetime(2026, 7, 18, tzinfo=UTC)):
        assert between(paris, micros(day), micros(day + timedelta(hours=23))) == 0
    assert between(paris._replace(country=None), micros(datetime(2026, 7, 14, tzinfo=UTC)), micros(day)) > 0
    second_day = micros(datetime(2026, 12, 26, tzinfo=UTC))
    assert between(Calendar("Europe/Paris", 0, 1440, "FR", "57"), second_day, second_day + 3600) == 0


def test_a_day_on_which_the_clock_changes_has_the_hours_of_the_wall() -> None:
    night = Calendar("America/Asuncion", 0, 1440)
    day = datetime(2017, 10, 2, tzinfo=ZoneInfo(night.zone))
    assert between(night, micros(day), micros(day + timedelta(days=1))) == 24 * 60 * MINUTE
    assert between(Calendar(), -(10**15), -(10**14)) == 0
