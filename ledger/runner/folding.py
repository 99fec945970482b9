"""One slice of events folded into one transaction's worth of rows. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from projections import AnyProjection
from projections.event import Event
from projections.folding import rows_of
from projections.linking import with_linked
from projections.projection import Row, RowKey


class Place(NamedTuple):
    """Where a row is stored: the build it belongs to and its key there."""

    projection: str
    number: int
    key: RowKey


Steps = Sequence[tuple[AnyProjection, Place, Event]]


class Folded(NamedTuple):
    """A row to write: its JSON, and its place in its queue if it waits for something."""

    row: str
    rank: str | None


def steps(builds: Sequence[tuple[AnyProjection, int]], events: Iterable[Event]) -> Steps:
    """Return every (row, event) pair to fold, in order."""
    consumers: dict[str, list[tuple[AnyProjection, int]]] = {}
    todo = []
    for event in events:
        if event.type not in consumers:
            consumers[event.type] = [
                build for build in builds if build[0].types is None or event.type in build[0].types
            ]
        todo += [
            (projection, Place(projection.name, number, key), event)
            for projection, number in consumers[event.type]
            for key in projection.keys(event)
        ]
    return todo


def fold(todo: Steps, stored: Mapping[Place, str]) -> dict[Place, Folded]:
    """Return the rows after `todo`, beginning from the `stored` ones."""
    rows: dict[Place, tuple[AnyProjection, Row]] = {}
    for projection, place, event in todo:
        _, before = rows.get(place, (projection, None))
        if before is None and place in stored:
            before = projection.row.model_validate_json(stored[place])
        rows[place] = projection, projection.fold(before, place.key, event)
    return {place: Folded(row.stored(), projection.rank(row)) for place, (projection, row) in rows.items()}


def replay(projection: AnyProjection, log: Sequence[Event]) -> dict[RowKey, str]:
    """Return all rows of a projection folded from the beginning, as canonical JSON: what a live build must equal."""
    known = {event.index: event for event in log}
    rows = rows_of(projection, with_linked(log, known.get))
    return {key: sorted_json(row.stored()) for key, row in rows.items()}


def sorted_json(text: str, load: Callable[[str], object] = json.loads) -> str:
    """Return a row's JSON with its keys in order: the database does not keep theirs."""
    return json.dumps(load(text), sort_keys=True, ensure_ascii=False)
