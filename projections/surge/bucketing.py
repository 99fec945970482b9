"""Buckets: equal spans of time, counted from midnight UTC, in which events are counted by the time they claim."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

MINUTES_A_DAY = 1440


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

    def last_closed(self, now: datetime) -> datetime:
        """Return the beginning of the last bucket that may be judged at `now`."""
        return self.start(now - self.grace) - self.length


def render_start(start: datetime) -> str:
    """Return the beginning of a bucket as text, always of the same length, so that texts are in the order of time."""
    return start.isoformat().replace("+00:00", "Z")


def read_start(text: str) -> datetime:
    """Read what `render_start` wrote."""
    return datetime.fromisoformat(text)
