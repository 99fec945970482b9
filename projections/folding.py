"""Folding a projection from the beginning: what an auditor does with an exported file, and `as_of` with a prefix."""

from collections.abc import Iterable

from projections.event import Event
from projections.projection import Projection, R, RowKey


def rows_of(projection: Projection[R], events: Iterable[Event]) -> dict[RowKey, R]:
    """Return all rows of a projection after `events`, which hold what was linked as well (`linking.with_linked`)."""
    rows: dict[RowKey, R] = {}
    for event in events:
        if projection.types is None or event.type in projection.types:
            for key in projection.keys(event):
                rows[key] = projection.fold(rows.get(key), key, event)
    return rows
