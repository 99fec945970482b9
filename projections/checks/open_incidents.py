"""Which incidents are open at a point of the log, and which event opened each."""

from projections.event import Event

_OPENS = frozenset({"incident.opened", "incident.reopened"})
_ENDS = frozenset({"incident.closed", "incident.merged"})
TYPES = _OPENS | _ENDS


class OpenIncidents:
    """Takes events in the order of the log. `since`: by incident, the event that opened it, while it is open."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self.since: dict[str | None, int] = {}

    def take(self, event: Event) -> None:
        """Take what may open or end an incident."""
        if event.type in _OPENS:
            self.since.setdefault(event.incident, event.index)
        elif event.type in _ENDS:
            self.since.pop(event.incident, None)
