"""Volume: how much is said, per bucket of time, in the whole ledger, on each platform, on each theme.

A comment counts in the bucket of the time that it claims. A theme's series counts comments as they are found to raise
it, by the time of the `concern.linked` that says so: it names comments by their platform's id, without their times.
What is part of an exercise isn't counted: a drill is no surge.
"""

from collections.abc import Iterable

from projections.event import Event
from projections.projection import Projection, Row, RowKey
from projections.surge.bucketing import Bucketing

BUCKETING = Bucketing()
"""How the ledger's time is cut. Another cut needs a higher version of the projections that use it."""
VOLUME_TYPES = frozenset({"comment.received", "concern.linked"})
WHOLE = "all"
"""The series of the whole ledger."""

_SAMPLES = 5
_LONGEST_NAME = 200


class VolumeRow(Row):
    """A series' bucket: how many there are, and how many of them are late, having been accepted after it was judged.

    `first` … `last` are the indexes of the events counted, `samples` the first of them.
    """

    series: str
    start: str
    count: int = 0
    late: int = 0
    first: int
    last: int
    samples: tuple[int, ...] = ()

    @property
    def on_time(self) -> int:
        """Return the count on which the bucket is judged. No later event can change it."""
        return self.count - self.late


class Volume(Projection[VolumeRow]):
    """One row a series and bucket in which something was said."""

    name = "volume"
    version = 1
    types = VOLUME_TYPES
    row = VolumeRow

    def __init__(self, bucketing: Bucketing = BUCKETING) -> None:
        """Cut time so."""
        self.bucketing = bucketing

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the event's bucket in each of its series."""
        series = series_of(event)
        if series:
            start = self.bucketing.start_text(event.moment)
            yield from (RowKey("", volume_key(name, start)) for name in series)

    def fold(self, row: VolumeRow | None, key: RowKey, event: Event) -> VolumeRow:
        """Count the event."""
        series, _, start = key.key.rpartition("|")
        counted, index = counted_by(event), event.index
        late = counted if self.bucketing.is_late(start, event.accepted) else 0
        if row is None:
            return VolumeRow(
                series=series, start=start, count=counted, late=late, first=index, last=index, samples=(index,)
            )
        samples = row.samples if len(row.samples) == _SAMPLES else (*row.samples, index)
        return row.changed({"count": row.count + counted, "late": row.late + late, "last": index, "samples": samples})


def volume_key(series: str, start: str) -> str:
    """Return the key of a bucket's row. Within a series keys are in the order of time."""
    return f"{series}|{start}"


def series_of(event: Event) -> tuple[str, ...]:
    """Return the series that an event counts in: none if it is of an exercise, or only linked once more."""
    if event.type not in VOLUME_TYPES or event.linked_by is not None or event.exercise:
        return ()
    if event.type == "concern.linked":
        theme = event.text("theme")
        return (f"theme:{theme}"[:_LONGEST_NAME],) if theme and counted_by(event) else ()
    platform = event.text("platform")
    return (WHOLE, f"platform:{platform}") if platform else (WHOLE,)


def counted_by(event: Event) -> int:
    """Return how many comments an event stands for."""
    if event.type != "concern.linked":
        return 1
    comments = event.value("comments")
    return len(comments) if isinstance(comments, list) else 0
