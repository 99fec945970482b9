"""The timeline: which events stand in an incident, in the order of the log. Nothing is ever left out of it."""

from collections.abc import Iterable

from events.entry import render_instant
from projections.event import Event
from projections.projection import Projection, Row, RowKey, index_key


class TimelineRow(Row):
    """One event of an incident. `time` is its source's claim, in UTC; `linked_by` the event that brought it in."""

    index: int
    time: str | None = None
    linked_by: int | None = None


class Timeline(Projection[TimelineRow]):
    """One row an event of an incident, and one for each event that `event.linked` brings in from outside."""

    name = "timeline"
    version = 2
    row = TimelineRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the event's own place."""
        if event.incident is not None:
            yield RowKey(event.incident, index_key(event.index))

    def fold(self, row: TimelineRow | None, key: RowKey, event: Event) -> TimelineRow:  # noqa: ARG002 - a place a key
        """Place the event. Of several links the first counts."""
        time = event.time
        return row or TimelineRow(
            index=event.index, time=None if time is None else render_instant(time), linked_by=event.linked_by
        )


TIMELINE = Timeline()
