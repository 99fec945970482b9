"""Links: `event.linked` brings an event recorded outside an incident into it.

Every projection then folds that event once more, as one of the incident's, in the moment in which it was linked: a
comment that came before anyone declared a crisis counts among the crisis's comments, and no fold knows about links.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from projections.event import Event

Find = Callable[[int], Event | None]
"""Finds an earlier event by its index."""


def linked(event: Event) -> int | None:
    """Return the index that an `event.linked` brings into its incident: an earlier one, so that it exists."""
    if event.type != "event.linked" or event.incident is None or event.linked_by is not None:
        return None
    target = event.value("target_event")
    return target if isinstance(target, int) and 0 <= target < event.index else None


def with_linked(events: Iterable[Event], find: Find) -> Iterator[Event]:
    """Yield `events`, after each link the event that it brings in, as one of the incident that it is brought into."""
    for event in events:
        yield event
        target = linked(event)
        found = None if target is None else find(target)
        if found is not None and found.incident != event.incident:
            yield replace(found, incident=event.incident, seq=None, linked_by=event.index)
