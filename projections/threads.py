"""Which content answers which: whole threads, and replies to what was never received."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

WHOLE = 1_000
"""The most contents that are shown of a thread."""


class Thread(NamedTuple):
    """Contents that belong together, the `root` first found among them; `whole` unless there are too many to show."""

    root: str
    names: list[str]
    whole: bool


class Threads:
    """The contents of an incident by what they answer. A parent may come late or never, and circles may occur."""

    def __init__(self) -> None:
        """Begin without any."""
        self._above: dict[str, tuple[str, ...]] = {}
        self._below: dict[str, list[str]] = {}
        self._received: dict[str, int] = {}
        self._orphans: dict[str, dict[str, int]] = {}
        self._spoken_of: dict[str, tuple[int, ...]] = {}

    def put(self, name: str, row: Mapping[str, Any]) -> None:
        """Take in a content as it is stored (`ContentRow`)."""
        received = row.get("received")
        if received is None:
            drill = {event for event, _, _ in row.get("noted", ())}
            self._spoken_of[name] = tuple(index for index in row["indexes"] if index not in drill)
        elif name not in self._received:
            self._received[name] = received
            self._spoken_of.pop(name, None)
            self._orphans.pop(name, None)
            self._place(name, row, received)

    def orphans(self) -> list[int]:
        """Return the events that brought in what answers a content never received."""
        return sorted(received for children in self._orphans.values() for received in children.values())

    def spoken_of(self) -> list[tuple[int, ...]]:
        """Return the events of each content that was spoken of but never received."""
        return [indexes for indexes in self._spoken_of.values() if indexes]

    def thread(self, name: str) -> Thread | None:
        """Return the thread of a content, None where nothing is known of it.

        What stands above it and what answers it come before the rest where there is more than can be shown.
        """
        if name not in self._received and name not in self._spoken_of and name not in self._below:
            return None
        above = list(self._upwards(name))
        found = dict.fromkeys(above)
        for start in (name, above[-1]):
            self._downwards(start, found)
        names = list(found)
        return Thread(above[-1], names[:WHOLE], len(names) <= WHOLE)

    def _place(self, name: str, row: Mapping[str, Any], received: int) -> None:
        parent, root = row.get("parent"), row.get("root")
        above = tuple(dict.fromkeys(other for other in (parent, root) if other and other != name))
        if above:
            self._above[name] = above
        for other in above:
            self._below.setdefault(other, []).append(name)
        if parent and parent not in self._received and not row.get("exercise"):
            self._orphans.setdefault(parent, {})[name] = received

    def _upwards(self, name: str) -> Iterator[str]:
        """Yield a content, its parent, that one's parent …; past one that is missing, the root."""
        seen: dict[str, None] = {}
        here: str | None = name
        while here is not None:
            seen[here] = None
            yield here
            above: Iterable[str] = self._above.get(here, ())
            if not above and here not in self._received and len(seen) > 1:
                above = self._above.get([*seen][-2], ())
            here = next((other for other in above if other not in seen), None)

    def _downwards(self, start: str, found: dict[str, None]) -> None:
        """Add what answers `start`, nearest first, until there is more than can be shown."""
        todo = deque([start])
        visited = {start}
        while todo and len(found) <= WHOLE:
            here = todo.popleft()
            found.setdefault(here)
            for name in self._below.get(here, ()):
                if name not in visited:
                    visited.add(name)
                    todo.append(name)
