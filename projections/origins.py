"""Origins: which objects the log knows, so that what is said of one it doesn't know can be marked as unproven.

A parent may come late: a reply before the comment it answers, a correction before the update. So what is merely
unproven is accepted, and marked as long as its parent is missing. What can't be true is refused: `events/rules.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from events.vocabulary import about
from projections.event import Event
from projections.projection import Projection, Row, RowKey

_BROUGHT_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "content": frozenset({"comment.received", "reply.posted"}),
        "update": frozenset({"update.published", "update.drafted"}),
        "thread": frozenset({"thread.locked"}),
        "monitor": frozenset({"monitor.failed"}),
        "step": frozenset({"plan.published", "plan.revised"}),
        "appeal": frozenset({"appeal.received"}),
        "theme": frozenset({"theme.identified"}),
        "solution": frozenset({"solution.proposed", "solution.offered"}),
        "root_cause": frozenset({"root_cause.identified"}),
        "action": frozenset({"preventive_action.proposed"}),
        "lesson": frozenset({"lesson.recorded"}),
    }
)
"""The kinds of objects whose beginning is looked for, and the types that tell of it.

An author's isn't: their name is personal, and no row may hold it.
"""
_ONLY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "thread": frozenset({"thread.unlocked"}),
        "monitor": frozenset({"monitor.recovered"}),
    }
)
"""Of these kinds only some types need the beginning; of the others all that speak of the object."""
_REPLIES = frozenset({"reply.posted"})


class OriginRow(Row):
    """The first event that brought an object into the log."""

    index: int


class Origins(Projection[OriginRow]):
    """One row an object that the log knows (`content|<external id>`, `step|<plan step>`), whatever the incident."""

    name = "origins"
    version = 2
    types = frozenset().union(*_BROUGHT_BY.values())
    row = OriginRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the objects that the event brings in."""
        if event.linked_by is None:
            yield from (RowKey("", name) for name in dict.fromkeys(brought_in(event)))

    def fold(self, row: OriginRow | None, key: RowKey, event: Event) -> OriginRow:  # noqa: ARG002 - the key says it all
        """Keep the first."""
        return row or OriginRow(index=event.index)


def references(event: Event) -> Iterator[tuple[str, str]]:
    """Yield the field and the object of everything that the event says of an object begun elsewhere."""
    if (field := _referring(event.type)) is not None and (known := event.object) is not None:
        yield field, known
    if event.type in _REPLIES and (parent := event.text("in_reply_to")) is not None:
        yield "in_reply_to", f"content|{parent}"


@lru_cache(maxsize=1024)
def _referring(type_: str) -> str | None:
    """Return the field by which events of a type speak of an object begun elsewhere, None where they need none."""
    named = about(type_)
    if named is None or named[0] not in _BROUGHT_BY or type_ in _BROUGHT_BY[named[0]]:
        return None
    return named[1] if named[0] not in _ONLY or type_ in _ONLY[named[0]] else None


def brought_in(event: Event) -> Iterator[str]:
    """Yield the objects that an event of `Origins.types` brings into the log."""
    if event.type in _BROUGHT_BY["step"]:
        steps = event.value("steps")
        if isinstance(steps, list):
            yield from (f"step|{step['plan_step']}" for step in steps if isinstance(step, dict))
    elif event.object is not None:
        yield event.object
