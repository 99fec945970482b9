"""A case: the events that a verdict or a bundle is made from, in bounded memory, in the order in which they are told.

Of an incident: its own, those linked to it, and the context (`projections/context.py`) from anywhere in the ledger.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from ledger.store.reads import SLICE, Reads, StoredEvent
from ledger.web.stored_rows import stored_rows
from projections.context import CONTEXT, ContextRow
from projections.event import Event, read_event
from projections.linking import linked
from projections.timeline import TIMELINE, TimelineRow


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is told: at its own index, or where it was linked in (`linked_by`), right behind the link."""

    index: int
    linked_by: int | None = None

    @property
    def order(self) -> tuple[int, bool, int]:
        """Return what places are sorted by."""
        at = self.index if self.linked_by is None else self.linked_by
        return at, self.linked_by is not None, self.index


async def places(reads: Reads, incident: str, end: int) -> list[Place]:
    """Return where the events of an incident and of its context below `end` are told, in order."""
    found: list[Place] = []
    async for _, text in stored_rows(reads, TIMELINE, incident):
        row = TimelineRow.model_validate_json(text)
        if max(row.index, row.linked_by or 0) < end:
            found.append(Place(row.index, row.linked_by))
    own = {place.index for place in found if place.linked_by is None}
    async for _, text in stored_rows(reads, CONTEXT, ""):
        context = ContextRow.model_validate_json(text)
        if context.index < end and context.index not in own and context.of_incident in {None, incident}:
            found.append(Place(context.index))
    return sorted(found, key=lambda place: place.order)


async def incident_case(
    reads: Reads, incident: str, found: Sequence[Place]
) -> AsyncIterator[Sequence[tuple[StoredEvent, Event]]]:
    """Yield the events at the places `found`, a slice at a time, as stored and as they are folded."""
    for first in range(0, len(found), SLICE):
        part = found[first : first + SLICE]
        stored = {each.index: each for each in await reads.events_at(sorted({place.index for place in part}))}
        yield [(stored[place.index], _told(stored[place.index], place, incident)) for place in part]


async def ledger_case(reads: Reads, end: int) -> AsyncIterator[Sequence[tuple[StoredEvent, Event]]]:
    """Yield all events below `end`, a slice at a time; those linked into an incident once more behind the link."""
    for first in range(0, end, SLICE):
        stored = await reads.events(first, min(first + SLICE, end))
        told = [(each, read_event(each.index, each.entry, each.openings)) for each in stored]
        targets = {event.index: target for _, event in told if (target := linked(event)) is not None}
        brought = {each.index: each for each in await reads.events_at(sorted(set(targets.values())))} if targets else {}
        slice_: list[tuple[StoredEvent, Event]] = []
        for each, event in told:
            slice_.append((each, event))
            found = brought.get(targets.get(event.index, -1))
            if found is not None and event.incident is not None:
                again = _told(found, Place(found.index, event.index), event.incident)
                if read_event(found.index, found.entry, None).incident != event.incident:
                    slice_.append((found, again))
        yield slice_


def _told(stored: StoredEvent, place: Place, incident: str) -> Event:
    event = read_event(stored.index, stored.entry, stored.openings)
    if place.linked_by is None:
        return event
    return replace(event, incident=incident, seq=None, linked_by=place.linked_by)
