"""Business hours: how much time between two moments lies in them. Exact to the microsecond, whatever the clocks do."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from projections.instants import micros

Times = npt.NDArray[np.int64]
FIRST_YEAR, LAST_YEAR = 1970, 2100
_SATURDAY = 5


class Calendar(NamedTuple):
    """When a business is open: Monday to Friday from minute to minute of the local day, but not on public holidays.

    `country` and `subdivision` are codes of ISO 3166, None where no holidays count.
    """

    zone: str = "UTC"
    opens: int = 9 * 60
    closes: int = 18 * 60
    country: str | None = None
    subdivision: str | None = None


def business_micros(calendar: Calendar, start: Times, end: Times) -> Times:
    """Return the business time from each start to its end, in µs; 0 where the end lies before.

    Times are µs since 1970. Only the years 1970 to 2100 have business hours.
    """
    if not len(start):
        return np.zeros(0, dtype=np.int64)
    years = range(_year(int(start.min())) - 1, max(_year(int(start.min())), _year(int(end.max()))) + 2)
    spans = [_year_of(calendar, year) for year in years]
    opened, closed = np.concatenate([span[0] for span in spans]), np.concatenate([span[1] for span in spans])
    lengths = closed - opened
    before = np.concatenate([[0], np.cumsum(lengths)])

    def until(times: Times) -> Times:
        day = np.searchsorted(opened, times, "right") - 1
        today = np.clip(times - opened[day], 0, lengths[day])
        passed: Times = np.where(day < 0, 0, before[day] + today)
        return passed

    passed: Times = np.maximum(until(end) - until(start), 0)
    return passed


@lru_cache(maxsize=512)
def _year_of(calendar: Calendar, year: int) -> tuple[Times, Times]:
    """Return when the business opens and closes on each business day of a year."""
    zone, holidays = ZoneInfo(calendar.zone), _holidays(calendar, year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
    spans = [
        (_instant(day, calendar.opens, zone), _instant(day, calendar.closes, zone))
        for day in days
        if day.weekday() < _SATURDAY and day not in holidays
    ]
    opened, closed = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    return opened, np.maximum(opened, closed)  # a clock put forward may swallow the hours


def _holidays(calendar: Calendar, year: int) -> Mapping[Any, str]:
    if calendar.country is None:
        return {}
    import holidays  # noqa: PLC0415 - it takes 0.15 s, and most questions need none

    return holidays.country_holidays(calendar.country, subdiv=calendar.subdivision, years=year, expand=False)


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    at = local + timedelta(minutes=minute)  # on the wall clock: the zone's offset is looked up afterwards
    return micros(at.astimezone(UTC))


def _year(at: int) -> int:
    years = 1970 + at // 31_556_952_000_000
    return max(FIRST_YEAR + 1, min(years, LAST_YEAR - 1))
