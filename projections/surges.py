"""Surges: when each series was last heard of, and whether more is said in it than usual, by the ledger's own word.

The ledger's `surge.detected` and `surge.ended` are the only memory of who watches: whichever process goes on, goes on
from the last of them.
"""

from collections.abc import Iterable

from events.entry import SERVICE_SOURCE
from events.times import EPOCH
from projections.event import Event
from projections.projection import Projection, Row, RowKey
from projections.surge.bucketing import Bucketing, render_start
from projections.surge.surveillance import Turn
from projections.volume import BUCKETING, VOLUME_TYPES, series_of

STILL_OPEN = "9999-12-31T00:00:00Z"
"""The rank of a series that surges, behind that of all others."""
_TURNS = frozenset(turn.value for turn in Turn)


class SurgesRow(Row):
    """A series. `heard`: the beginning of the latest bucket with anything in it; `surging` since the bucket `since`.

    `turned` is the index of the last turn's event, `decided` its time: what was before that is settled.
    """

    series: str
    heard: str = render_start(EPOCH)
    surging: bool = False
    since: str | None = None
    decided: str | None = None
    turned: int | None = None


class Surges(Projection[SurgesRow]):
    """One row a series; ranked by when it was last heard of."""

    name = "surges"
    version = 1
    types = VOLUME_TYPES | _TURNS
    row = SurgesRow

    def __init__(self, bucketing: Bucketing = BUCKETING) -> None:
        """Cut time so."""
        self.bucketing = bucketing

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the series that the event counts in, or of which it tells a turn."""
        if event.type in _TURNS:
            series = event.text("series")
            if series and event.source.startswith(SERVICE_SOURCE) and event.linked_by is None:
                yield RowKey("", series)
        else:
            yield from (RowKey("", series) for series in series_of(event))

    def fold(self, row: SurgesRow | None, key: RowKey, event: Event) -> SurgesRow:
        """Note the turn, or that the series was heard of."""
        before = row or SurgesRow(series=key.key)
        if event.type in _TURNS:
            bucket, surging = event.value("bucket"), event.type == Turn.DETECTED.value
            since = bucket.get("from") if surging and isinstance(bucket, dict) else None
            told = {"surging": surging, "since": since, "decided": event.text("time"), "turned": event.index}
            return before.model_copy(update=told)
        start = self.bucketing.start_text(event.moment)
        return before if start <= before.heard else before.changed({"heard": start})

    def rank(self, row: SurgesRow) -> str:
        """Return when the series was last heard of; a surge that goes on is to be looked at in any case."""
        return STILL_OPEN if row.surging else row.heard
