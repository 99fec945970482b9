"""Series of counts as conversations make them: a rhythm of day and night, bursts, a storm. Always the same ones."""

import math
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from events.entry import render_instant
from projections.event import Event

BEGUN = datetime(2026, 11, 2, tzinfo=UTC)


def rhythm(hour: float) -> float:
    """How much is said at an hour of the day: least at 3, most at 15, on average 1."""
    return 1 + 0.8 * math.sin((hour - 9) / 24 * 2 * math.pi)


def bursty(mean: float, chance: random.Random, evenness: float = 16.0) -> int:
    """A count of that mean that varies more than Poisson's: as if the rate itself were drawn from a gamma."""
    rate = chance.gammavariate(evenness, mean / evenness)
    return max(0, round(chance.gauss(rate, math.sqrt(rate)))) if rate > 30 else _poisson(rate, chance)


def _poisson(rate: float, chance: random.Random) -> int:
    count, product, end = 0, chance.random(), math.exp(-rate)
    while product > end:
        count += 1
        product *= chance.random()
    return count


def week(
    minutes: int = 60,
    days: int = 9,
    an_hour: float = 40,
    seed: int = 7,
    storm: tuple[float, float, float] | None = None,
    burning: tuple[float, float] | None = None,
) -> list[int]:
    """Counts of buckets. `storm`: from, to (hours), how many times the mean; `burning`: from (hours), growth a day."""
    chance = random.Random(seed)  # noqa: S311 - weather, not a secret
    counts = []
    for place in range(days * 1440 // minutes):
        hour = place * minutes / 60
        mean = an_hour * rhythm(hour % 24)
        if storm and storm[0] <= hour < storm[1]:
            mean += an_hour * storm[2]
        if burning and hour >= burning[0]:
            mean *= 1 + burning[1] * (hour - burning[0]) / 24
        counts.append(bursty(mean * minutes / 60, chance))
    return counts


def told(counts: Sequence[int], minutes: int = 30, begun: datetime = BEGUN) -> Iterator[tuple[datetime, int]]:
    """The time of every comment, and its number, as evenly as may be within its bucket."""
    number = 0
    for place, count in enumerate(counts):
        start = begun + timedelta(minutes=place * minutes)
        for step in range(count):
            yield start + timedelta(minutes=minutes) * step / count, number
            number += 1


def comment_event(index: int, time: datetime, after: float = 5.0, **fields: object) -> Event:
    """A comment in the log, accepted `after` so many seconds."""
    values = {"time": time.isoformat(), "platform": "x", "external_id": str(index), "text": "hé", **fields}
    accepted = render_instant(time + timedelta(seconds=after))
    openings = {name: {"value": value} for name, value in values.items()}
    return Event(index, "comment.received", "urn:connector:x", accepted, None, None, openings)
