"""Marks: what later happened to a comment, an update or an event, to be shown in its place."""

from collections.abc import Iterable
from functools import lru_cache

from events.visibility import Visibility
from events.vocabulary import about, visibility_of
from projections.event import Event
from projections.projection import Projection, Row, RowKey

ORIGINS = frozenset({"comment.received", "reply.posted", "update.published", "update.drafted"})
"""Types that bring an object into the ledger: they carry its marks and make none."""


Mark = tuple[str, int]
"""One thing that happened to an object: the type of the event that says so, and its index."""


class MarksRow(Row):
    """All marks of one object, in the order of the log."""

    marks: tuple[Mark, ...] = ()


class Marks(Projection[MarksRow]):
    """One row an object (`content|<external id>`, `update|<update id>`, `event|<index>`), whatever the incident."""

    name = "marks"
    version = 2
    row = MarksRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the object that the event is about, once however often the event is linked."""
        makes_none = event.linked_by is not None or event.type in ORIGINS or _names_a_person(event.type)
        if not makes_none and (key := event.object) is not None:
            yield RowKey("", key)

    def fold(self, row: MarksRow | None, key: RowKey, event: Event) -> MarksRow:  # noqa: ARG002 - the key says it all
        """Add the event's mark."""
        return MarksRow(marks=(*(row.marks if row else ()), (event.type, event.index)))


@lru_cache(maxsize=1024)
def _names_a_person(type_: str) -> bool:
    """Tell whether the name of what events of a type are about is personal: then no row may hold it."""
    named = about(type_)
    return named is not None and visibility_of(type_, named[1]) is Visibility.PERSONAL


def marked_objects(event: Event) -> list[str]:
    """Return the objects whose marks belong beside `event`: itself, and what it brought into the ledger."""
    own = f"event|{event.index}"
    return [own, event.object] if event.type in ORIGINS and event.object else [own]
