"""Four eyes on removals: whether a second person looked at a comment that somebody removed during an open incident.

The vocabulary has no approval of a removal. A second look is what it can say: a rule that removed, a decision or a note
on the removal, or anything another person did to the same comment: hid, classified, settled, sealed or restored it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from projections.checks.open_incidents import OpenIncidents
from projections.event import Event

REMOVED = "comment.removed"
_ON_COMMENT = frozenset(
    {
        "comment.hidden",
        "comment.unhidden",
        "comment.labelled",
        "comment.restored",
        "comment.classified",
        "comment.acknowledged",
        "comment.outcome_set",
        "content.sealed",
        "reply.posted",
    }
)
_ON_EVENT = frozenset({"note.added", "evidence.attached", "appeal.decided", "event.corrected", "rule.auto_moderated"})


@dataclass(slots=True)
class Removal:
    """A removal by a person; `reviewed`: the first event by which another person looked at it afterwards."""

    index: int
    by: str
    subject: str | None
    reviewed: int | None = None


class FourEyes:
    """Takes events in the order of the log. Memory: who acted on each comment that anybody of ours acted on."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._open = OpenIncidents()
        self._seen_by: dict[str, str] = {}
        self._seen_by_several: set[str] = set()
        self._removed: dict[str, list[Removal]] = {}
        self._by_index: dict[int, Removal] = {}

    def take(self, event: Event, *, asked: bool) -> None:
        """Take an event; `asked`: whether its removals need four eyes."""
        self._open.take(event)
        if event.type == REMOVED:
            self._remove(event, asked=asked)
        elif event.type in _ON_COMMENT:
            self._look(event)
        elif event.type in _ON_EVENT:
            target = event.value("action_event" if event.type == "rule.auto_moderated" else "target_event")
            removal = self._by_index.get(target) if isinstance(target, int) else None
            if removal is not None and event.type == "rule.auto_moderated":
                del self._by_index[removal.index]
            elif removal is not None and _person(event) not in {None, removal.by}:
                removal.reviewed = removal.reviewed or event.index

    def alone(self) -> Iterator[Removal]:
        """Yield the removals that nobody else had looked at by then."""
        yield from self._by_index.values()

    def _remove(self, event: Event, *, asked: bool) -> None:
        person, target = _person(event), event.text("target") or ""
        if person is None or not asked or event.incident not in self._open.since:
            return
        if target in self._seen_by_several or self._seen_by.get(target, person) != person:
            return
        removal = Removal(event.index, person, event.object)
        self._removed.setdefault(target, []).append(removal)
        self._by_index[event.index] = removal

    def _look(self, event: Event) -> None:
        person = _person(event)
        target = event.text("in_reply_to") if event.type == "reply.posted" else (event.object or "").partition("|")[2]
        if person is None or not target:
            return
        if self._seen_by.setdefault(target, person) != person:
            self._seen_by_several.add(target)
        for removal in self._removed.get(target, ()):
            if person != removal.by:
                removal.reviewed = removal.reviewed or event.index


def _person(event: Event) -> str | None:
    """Return the person who acted, by the organisation's name, None where it was none or isn't said."""
    actor = event.actor
    if actor is None:
        return None
    return actor.id if actor.kind == "person" else None
