"""Parents: objects that events speak of, and whether they stand in the log before those events, after, or nowhere."""

from dataclasses import dataclass
from datetime import datetime

from projections.checks.settings import Settings
from projections.event import Event
from projections.origins import Origins, brought_in, references


@dataclass(frozen=True, slots=True)
class _Child:
    index: int
    accepted: datetime


class Parents:
    """Takes events in the order of the log. Memory: a number an object, and the events that wait for theirs.

    `late` and `soon`: by kind of object, the events whose parent came after them, late by more than is allowed.
    """

    def __init__(self) -> None:
        """Begin before the first event."""
        self._known: set[str] = set()
        self._waiting: dict[str, list[_Child]] = {}
        self.late: dict[str, list[int]] = {}
        self.soon: dict[str, list[int]] = {}

    def take(self, event: Event, settings: Settings, *, judged: bool) -> None:
        """Take an event: what it brings into the log, and what it speaks of where it is `judged`."""
        if event.type in Origins.types:
            for key in brought_in(event):
                self._known.add(key)
                for child in self._waiting.pop(key, ()):
                    soon = event.accepted - child.accepted <= settings.allowed_lag(event.type)
                    (self.soon if soon else self.late).setdefault(_kind(key), []).append(child.index)
        if judged:
            for _, key in references(event):
                if key not in self._known:
                    self._waiting.setdefault(key, []).append(_Child(event.index, event.accepted))

    def unknown(self) -> dict[str, list[int]]:
        """Return the events whose parent never came, by kind of object."""
        found: dict[str, set[int]] = {}
        for key, children in self._waiting.items():
            found.setdefault(_kind(key), set()).update(child.index for child in children)
        return {kind: sorted(indexes) for kind, indexes in found.items()}


def _kind(key: str) -> str:
    return key.partition("|")[0]
