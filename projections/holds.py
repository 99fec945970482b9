"""Legal holds: what may not be erased for now, in the order of the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from projections.event import Event

HOLDS = frozenset({"legal_hold.placed", "legal_hold.released"})


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that stands, by the index of the event that placed it.

    It covers the `events` it names; where it names none, those of its `incident`; where it has none, everything.
    """

    index: int
    incident: str | None
    events: frozenset[int]
    said: tuple[str | None, str | None]

    def covers(self, index: int, incident: str | None) -> bool:
        """Tell whether nothing may be erased of the event at `index`, which stands in `incident`."""
        if self.events:
            return index in self.events
        return self.incident in {None, incident}


class Holds:
    """Takes the events of `HOLDS`."""

    def __init__(self) -> None:
        """Begin without holds."""
        self._standing: dict[int, Hold] = {}

    def take(self, event: Event) -> None:
        """Place a hold, or release it: the one that the release names, else those of the same scope and authority."""
        said = event.text("scope"), event.text("authority")
        if event.type == "legal_hold.placed":
            self._standing[event.index] = Hold(event.index, event.incident, named_events(event), said)
            return
        hold = event.value("hold")
        over = [hold] if isinstance(hold, int) else [at for at, other in self._standing.items() if other.said == said]
        for index in over:
            self._standing.pop(index, None)

    def standing(self) -> Iterable[Hold]:
        """Return the holds that stand now."""
        return self._standing.values()

    def covering(self, events: Mapping[int, str | None]) -> dict[int, int]:
        """Return the holds in the way, and how many of the events each covers: these by index, with their incident."""
        counts = {
            hold.index: sum(hold.covers(index, incident) for index, incident in events.items())
            for hold in self.standing()
        }
        return {index: count for index, count in counts.items() if count}


def named_events(event: Event) -> frozenset[int]:
    """Return the events that a hold or a decision names."""
    listed = event.value("events")
    return frozenset(each for each in listed if isinstance(each, int)) if isinstance(listed, list) else frozenset()
