"""Bursts: many events dated before a surge or an audit that reach the log only after it began.

An event counts where it was late, its time lies before the trigger's, and it was accepted within an hour after. These
are a burst where one source has at least five, and the exact interval of the ratio of shares (projections/intervals.py)
says that they are more frequent in this hour than late events are among all else the source sent; where it sent nothing
else, than among what all sources sent outside the hour.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from projections.event import Event
from projections.intervals import exact_ratio

AFTER = timedelta(hours=1)
ENOUGH = 5
SURGE, GRANT = "surge.detected", "auditor.access_granted"


class Burst(NamedTuple):
    """What `source` recorded late and dated before the event `trigger`, in the hour after it."""

    trigger: int
    type: str
    source: str
    events: list[int]


@dataclass(slots=True)
class _Watch:
    """The hour after a trigger: how much each source sent in it, and which of that was old."""

    trigger: Event
    before: datetime
    until: datetime
    sent: Counter[str] = field(default_factory=Counter)
    old: dict[str, list[int]] = field(default_factory=dict)
    late: Counter[str] = field(default_factory=Counter)


class Bursts:
    """Takes events in the order of the log. Memory: a number a source and trigger, and the old events of the hour."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._sent: Counter[str] = Counter()
        self._late: Counter[str] = Counter()
        self._open: list[_Watch] = []
        self._all: list[_Watch] = []

    def trigger(self, event: Event) -> None:
        """Take a surge or an auditor's grant: an hour begins in which old events are suspect."""
        watch = _Watch(event, _begun(event), event.accepted + AFTER)
        self._open.append(watch)
        self._all.append(watch)

    def take(self, event: Event, *, late: bool) -> None:
        """Take an event that is judged."""
        self._sent[event.source] += 1
        self._late[event.source] += late
        if not self._open:
            return
        accepted = event.accepted
        self._open = [watch for watch in self._open if accepted <= watch.until]
        for watch in self._open:
            watch.sent[event.source] += 1
            watch.late[event.source] += late
            if late and event.moment < watch.before:
                watch.old.setdefault(event.source, []).append(event.index)

    def found(self, declared: frozenset[int] | set[int]) -> Iterator[Burst]:
        """Yield the bursts, without events whose lateness was `declared`."""
        for watch in self._all:
            for source, indexes in watch.old.items():
                old = [index for index in indexes if index not in declared]
                if len(old) >= ENOUGH and self._unusual(watch, source, len(old)):
                    yield Burst(watch.trigger.index, watch.trigger.type, source, old)

    def _unusual(self, watch: _Watch, source: str, old: int) -> bool:
        sent = self._sent[source] - watch.sent[source]
        late = self._late[source] - watch.late[source]
        if not sent:
            sent = self._sent.total() - watch.sent.total()
            late = self._late.total() - watch.late.total()
        return not sent or exact_ratio(old, watch.sent[source], late, sent).low > 1


def _begun(trigger: Event) -> datetime:
    """Return when what the trigger tells of began: a surge's first bucket, else when the ledger heard of it."""
    bucket = trigger.value("bucket")
    if trigger.type == SURGE and isinstance(bucket, dict) and isinstance(bucket.get("from"), str):
        return datetime.fromisoformat(str(bucket["from"]).upper())
    return trigger.accepted
