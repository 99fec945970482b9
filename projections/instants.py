"""Times as whole microseconds since 1970: what rows keep of them, since numbers are read and compared at once."""

from datetime import UTC, datetime, timedelta

from events.times import EPOCH

# More than lie between the calendar's beginning and 1970: added, no time is negative.
_BEFORE_1970 = 10**17


def micros(moment: datetime) -> int:
    """Return a time as microseconds since 1970."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant(at: int) -> datetime:
    """Return microseconds since 1970 as a time, in UTC. Raises `OverflowError` beyond the year 9999."""
    return EPOCH + timedelta(microseconds=at)


def ranked(at: int) -> str:
    """Return microseconds since 1970 as text in the order of times, for a row's rank."""
    return f"{at + _BEFORE_1970:018d}"


def utc(moment: datetime) -> datetime:
    """Return a time in UTC, so that it is stored in one spelling."""
    return moment.astimezone(UTC)
