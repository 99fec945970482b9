"""One slice of events folded into one transaction's worth of rows. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from projections import AnyProjection
from projections.event import Event
from projections.projection import Row, RowKey


class Place(NamedTuple):
    """Where a row is stored: the build it belongs to and its key there."""

    projection: str
    number: int
    key: RowKey


Steps = Sequence[tuple[AnyProjection, Place, Event]]


def steps(builds: Iterable[tuple[AnyProjection, int]], events: Sequence[Event]) -> Steps:
    """Return every (row, event) pair to fold, in order."""
    return [
        (projection, Place(projection.name, number, key), event)
        for projection, number in builds
        for event in events
        for key in projection.keys(event)
    ]


def fold(todo: Steps, stored: Mapping[Place, str]) -> dict[Place, str]:
    """Return the rows after `todo` as JSON, beginning from the `stored` ones."""
    rows: dict[Place, Row] = {}
    for projection, place, event in todo:
        before = rows.get(place)
        if before is None and place in stored:
            before = projection.row.model_validate_json(stored[place])
        rows[place] = projection.fold(before, place.key, event)
    return {place: row.model_dump_json() for place, row in rows.items()}


def replay(projection: AnyProjection, events: Iterable[Event]) -> dict[RowKey, str]:
    """Return all rows of a projection folded from the beginning, as canonical JSON: what a live build must equal."""
    rows: dict[RowKey, Row] = {}
    for event in events:
        for key in projection.keys(event):
            rows[key] = projection.fold(rows.get(key), key, event)
    return {key: sorted_json(row.model_dump_json()) for key, row in rows.items()}


def sorted_json(text: str, load: Callable[[str], object] = json.loads) -> str:
    """Return a row's JSON with its keys in order: the database does not keep theirs."""
    return json.dumps(load(text), sort_keys=True, ensure_ascii=False)
