"""The timeline: which events stand in an incident, in the order of the log. Nothing is ever left out of it."""

from collections.abc import Iterable

from events.entry import render_instant
from projections.event import Event
from projections.projection import Projection, Row, RowKey, index_key


class TimelineRow(Row):
    """One event of an incident. `time` is its source's claim, in UTC; None where only `linked_by` brought it in."""

    index: int
    time: str | None = None
    linked_by: int | None = None


class Timeline(Projection[TimelineRow]):
    """One row an event of an incident, and one for each event that `event.linked` brings in from outside."""

    name = "timeline"
    version = 1
    row = TimelineRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the event's own place, and that of the event it links."""
        if event.incident is None:
            return
        yield RowKey(event.incident, index_key(event.index))
        if (target := linked(event)) is not None:
            yield RowKey(event.incident, index_key(target))

    def fold(self, row: TimelineRow | None, key: RowKey, event: Event) -> TimelineRow:
        """Place the event, or note what linked it: the first link counts, an event of the incident needs none."""
        if key.key == index_key(event.index):
            time = event.time
            return TimelineRow(index=event.index, time=None if time is None else render_instant(time))
        return row or TimelineRow(index=int(key.key), linked_by=event.index)


def linked(event: Event) -> int | None:
    """Return the index that an `event.linked` brings into its incident: an earlier one, so that it exists."""
    target = event.value("target_event") if event.type == "event.linked" else None
    return target if isinstance(target, int) and 0 <= target < event.index else None
