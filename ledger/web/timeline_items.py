"""What a timeline shows of an event: the event as it was, and beside it what later happened to it."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from events.visibility import Visibility
from ledger.store.reads import Reads, StoredEvent
from ledger.web.disclosure import Openings, disclose, erased_names, event_document, event_type
from ledger.web.marking import marks_of, rows_of_no_incident
from projections.event import Event, read_event
from projections.lateness import lateness
from projections.marks import Mark
from projections.origins import references

COLUMNS = (
    "index",
    "seq",
    "accepted_at",
    "time",
    "late_seconds",
    "type",
    "source",
    "linked_by",
    "marks",
    "unproven",
    "fields",
    "withheld",
    "erased",
)


class Item(NamedTuple):
    """One line of a timeline: the stored event, how it was read, what brought it in, what happened to it later.

    `unproven` are the fields that speak of an object of which the log doesn't know the beginning.
    """

    stored: StoredEvent
    event: Event
    linked_by: int | None
    marks: Sequence[Mark]
    unproven: Sequence[str]

    @property
    def openings(self) -> Openings | None:
        """Return the openings as they are stored, None where they were read as those of a newer type."""
        return self.event.openings if self.event.type == event_type(self.stored.entry) else None


async def items_of(
    reads: Reads, stored: Sequence[StoredEvent], linked_by: Mapping[int, int | None], end: int
) -> list[Item]:
    """Return the lines of `stored` events as events below index `end` mark them."""
    events = [read_event(each.index, each.entry, each.openings) for each in stored]
    named = [list(references(event)) for event in events]
    marks = await marks_of(reads, events, end)
    begun = await rows_of_no_incident(reads, "origins", {name for names in named for _, name in names})
    known = {name for name, row in begun.items() if row["index"] < end}
    return [
        Item(each, event, linked_by.get(each.index), marked, [field for field, name in names if name not in known])
        for each, event, marked, names in zip(stored, events, marks, named, strict=True)
    ]


def item_document(item: Item, level: Visibility) -> bytes:
    """Return the JSON of a line as `level` may see it."""
    late = lateness(item.event)
    more = {
        "time": item.event.text("time"),
        "late_seconds": late.seconds if late else None,
        "linked_by": item.linked_by,
        "marks": [{"type": type_, "index": index} for type_, index in item.marks],
        "unproven": item.unproven,
    }
    return event_document(item.stored, level, b"," + orjson.dumps(more)[1:-1], item.openings)


def item_cells(item: Item, level: Visibility) -> list[object]:
    """Return the cells of a line under `COLUMNS`, as `level` may see them."""
    openings, withheld = disclose(item.stored, level, item.openings)
    fields = {name: opening["value"] for name, opening in json.loads(openings).items()}
    late = lateness(item.event)
    return [
        item.event.index,
        item.event.seq or "",
        item.event.accepted_at,
        fields.pop("time", ""),
        late.seconds if late else "",
        item.event.type,
        item.event.source,
        item.linked_by or "",
        " ".join(f"{type_}@{index}" for type_, index in item.marks),
        " ".join(item.unproven),
        json.dumps(fields, ensure_ascii=False),
        " ".join(json.loads(withheld)),
        erased_names(item.stored),
    ]
