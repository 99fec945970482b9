"""Legal holds: what may not be erased for now. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from events.strict import JsonValue
from ledger.erasure.search import Concern

HOLDS = frozenset({"legal_hold.placed", "legal_hold.released"})


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that stands, by the index of the event that placed it.

    It covers the `events` it names; where it names none, those of its `incident`; where it has none, everything.
    """

    index: int
    incident: str | None
    events: frozenset[int]
    said: tuple[JsonValue, JsonValue]

    def covers(self, concern: Concern) -> bool:
        """Tell whether nothing of an event may be erased."""
        if self.events:
            return concern.index in self.events
        return self.incident in {None, concern.incident}


@dataclass(slots=True)
class Holds:
    """The holds that stand, event after event."""

    standing: dict[int, Hold] = field(default_factory=dict)

    def take(self, index: int, type_: str, incident: str | None, values: Mapping[str, JsonValue]) -> None:
        """Note a hold that is placed or released.

        A release that names no hold releases those of the same scope and authority.
        """
        said = (values.get("scope"), values.get("authority"))
        if type_ == "legal_hold.placed" and values.get("exercise") is not True:
            events = values.get("events")
            named = frozenset(at for at in events if isinstance(at, int)) if isinstance(events, list) else frozenset()
            self.standing[index] = Hold(index, incident, named, said)
        elif type_ == "legal_hold.released" and values.get("exercise") is not True:
            hold = values.get("hold")
            over = (
                [hold] if isinstance(hold, int) else [at for at, other in self.standing.items() if other.said == said]
            )
            for at in over:
                self.standing.pop(at, None)

    def covering(self, concerns: Iterable[Concern]) -> dict[int, int]:
        """Return the holds that are in the way, and how many of the events each covers."""
        listed = list(concerns)
        counts = {hold.index: sum(map(hold.covers, listed)) for hold in self.standing.values()}
        return {index: count for index, count in counts.items() if count}
