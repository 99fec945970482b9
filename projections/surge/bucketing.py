"""Buckets: equal spans of time, counted from midnight UTC, in which events are counted by the time they claim."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from projections.instants import instant, micros

MINUTES_A_DAY = 1440
_MINUTE = 60_000_000


class Bucketing(BaseModel):
    """How time is cut. A bucket is judged `grace_minutes` after its end; what is accepted later still is late."""

    model_config = ConfigDict(frozen=True)

    bucket_minutes: Annotated[int, Field(ge=1, le=MINUTES_A_DAY)] = 30
    grace_minutes: Annotated[int, Field(ge=0)] = 10

    @field_validator("bucket_minutes")
    @classmethod
    def _divides_the_day(cls, minutes: int) -> int:
        if MINUTES_A_DAY % minutes:
            raise ValueError("a day must be a whole number of buckets")
        return minutes

    @property
    def length(self) -> timedelta:
        """Return how long a bucket is."""
        return timedelta(minutes=self.bucket_minutes)

    @property
    def grace(self) -> timedelta:
        """Return how long after its end a bucket is judged."""
        return timedelta(minutes=self.grace_minutes)

    def closes(self, start: datetime) -> datetime:
        """Return until when an event of a bucket may be accepted without being late."""
        return start + self.length + self.grace

    def start(self, time: datetime) -> datetime:
        """Return the beginning, in UTC, of the bucket that holds `time`."""
        utc = time.astimezone(UTC)
        minutes = (utc.hour * 60 + utc.minute) // self.bucket_minutes * self.bucket_minutes
        return utc.replace(hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0)

    def start_text(self, time: datetime) -> str:
        """Return the beginning of the bucket that holds `time` as `render_start` writes it."""
        return _start_text(self.bucket_minutes, micros(time) // _MINUTE)

    def is_late(self, start: str, accepted: datetime) -> bool:
        """Tell whether an event of the bucket that begins at `start` was accepted after that was judged."""
        return accepted > _closes(self.bucket_minutes, self.grace_minutes, start)

    def last_closed(self, now: datetime) -> datetime:
        """Return the beginning of the last bucket that may be judged at `now`."""
        return self.start(now - self.grace) - self.length


@lru_cache(maxsize=4096)
def _start_text(bucket_minutes: int, minute: int) -> str:
    return render_start(Bucketing(bucket_minutes=bucket_minutes).start(instant(minute * _MINUTE)))


@lru_cache(maxsize=4096)
def _closes(bucket_minutes: int, grace_minutes: int, start: str) -> datetime:
    return Bucketing(bucket_minutes=bucket_minutes, grace_minutes=grace_minutes).closes(read_start(start))


def render_start(start: datetime) -> str:
    """Return the beginning of a bucket as text, always of the same length, so that texts are in the order of time."""
    return start.isoformat().replace("+00:00", "Z")


def read_start(text: str) -> datetime:
    """Read what `render_start` wrote."""
    return datetime.fromisoformat(text)
