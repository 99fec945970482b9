"""Promised next updates: by when the next one to the same audience was to come, and which one came."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from projections.event import Event


@dataclass(frozen=True, slots=True, order=True)
class Came:
    """An update: when it was published, by which event."""

    at: datetime
    index: int


@dataclass(slots=True)
class Promised:
    """What the update `index` promised to an audience; `came`: the next one; `noted`: records that it was missed."""

    index: int
    at: datetime
    due: datetime
    audience: str
    came: Came | None = None
    noted: list[int] = field(default_factory=list)


class NextUpdates:
    """Takes `update.published` and `cadence.missed`. Memory: a few numbers an update."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._published: dict[tuple[str | None, str], list[Came]] = {}
        self._promised: dict[int, tuple[str | None, Promised]] = {}

    def take(self, event: Event) -> None:
        """Take an update, or that the one promised by another did not come in time."""
        if event.type == "cadence.missed":
            last = event.value("last_update")
            if isinstance(last, int) and last in self._promised:
                self._promised[last][1].noted.append(event.index)
            return
        audience = event.text("audience") or "public"
        self._published.setdefault((event.incident, audience), []).append(Came(event.moment, event.index))
        if (due := event.time_said("next_update_due")) is not None:
            self._promised[event.index] = (event.incident, Promised(event.index, event.moment, due, audience))

    def promised(self) -> Iterator[Promised]:
        """Yield every promise with the update that came next by the sources' times, to the same audience."""
        following: dict[int, Came] = {}
        for published in self._published.values():
            published.sort()
            following.update(zip((came.index for came in published), published[1:], strict=False))
        for index, (_, promised) in self._promised.items():
            promised.came = following.get(index)
            yield promised
