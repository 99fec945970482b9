"""Folding a projection from the beginning: what an auditor does with an exported file, and `as_of` with a prefix."""

from collections.abc import Collection, Iterable, Iterator, MutableMapping
from dataclasses import replace

from projections.event import Event
from projections.projection import Projection, R, RowKey


def rows_of(projection: Projection[R], events: Iterable[Event]) -> dict[RowKey, R]:
    """Return all rows of a projection after `events`, which hold what was linked as well (`linking.with_linked`)."""
    rows: dict[RowKey, R] = {}
    fold_on(projection, rows, events)
    return rows


def fold_on(
    projection: Projection[R],
    rows: MutableMapping[RowKey, R],
    events: Iterable[Event],
    only: Collection[str] | None = None,
) -> None:
    """Fold further `events` into the rows of a projection; `only` those of these incidents ("" for none), if named."""
    for event in events:
        if projection.types is None or event.type in projection.types:
            for key in projection.keys(event):
                if only is None or key.incident in only:
                    rows[key] = projection.fold(rows.get(key), key, event)


def named_rows(projection: Projection[R], rows: dict[str, R], event: Event) -> Iterator[str]:
    """Fold one event into rows that are kept by their keys alone, whichever incident they are of; yield those keys."""
    if projection.types is not None and event.type not in projection.types:
        return
    for key in projection.keys(event if event.incident is not None else replace(event, incident="")):
        rows[key.key] = projection.fold(rows.get(key.key), key, event)
        yield key.key
