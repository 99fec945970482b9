"""How long after its time an event was recorded, and whether that is late."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from projections.event import Event

ALLOWED: Mapping[str, timedelta] = MappingProxyType(
    {"comment": timedelta(minutes=10), "update": timedelta(minutes=2), "role": timedelta(minutes=5)}
)
"""How late each family may be recorded without being marked."""
ALLOWED_OTHERWISE = timedelta(minutes=10)
AHEAD_ALLOWED = timedelta(seconds=60)


class Lateness(NamedTuple):
    """An event recorded late (`seconds` > 0) or ahead of its time (< 0), by more than is allowed."""

    seconds: float


def lateness(event: Event) -> Lateness | None:
    """Return how late or early the event was recorded, None where that is allowed or its time isn't open."""
    time = event.time
    if time is None:
        return None
    lag = event.accepted - time
    if -AHEAD_ALLOWED <= lag <= ALLOWED.get(event.type.partition(".")[0], ALLOWED_OTHERWISE):
        return None
    return Lateness(lag.total_seconds())
