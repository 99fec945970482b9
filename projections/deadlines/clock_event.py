"""An event that the service itself appends because time passed: the same one, whichever process makes it, and when."""

from datetime import datetime
from typing import NamedTuple

from events.entry import render_instant
from events.strict import JsonObject
from projections.instants import instant
from projections.lateness import ALLOWED

MINUTE = 60_000_000
GRACE = int(ALLOWED["update"].total_seconds()) * 1_000_000
"""How long after a due time, or after the ledger heard of it, what came in time may still be recorded: 2 minutes."""


class ClockEvent(NamedTuple):
    """What is to be appended. `identity` names the event that it follows from, so that it is recorded once.

    `time` is the time that was missed, not the one at which somebody looked.
    """

    type: str
    identity: str
    time: datetime
    data: JsonObject
    incident: str | None


def written(at: int) -> str:
    """Return a time as it stands in a clock event's fields."""
    return render_instant(instant(at))


def judged_at(due: int, told: int, answered: int | None) -> int | None:
    """Return when it can be said that a due time was missed, None where it wasn't.

    `told`: when the ledger heard of the due time; `answered`: when the first thing happened that would have met it.
    What is known to have come too late needs no waiting.
    """
    if answered is None:
        return max(due, told) + GRACE
    return None if answered <= due else due
