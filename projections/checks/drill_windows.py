"""When drills were under way, by the sources' times: from each start to the finish of the same scenario."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from projections.event import Event

STARTED, FINISHED = "drill.started", "drill.finished"
DRILLS = frozenset({STARTED, FINISHED})


@dataclass(slots=True)
class _Window:
    index: int
    scenario: str | None
    begun: datetime
    ended: datetime | None = None


class DrillWindows:
    """Takes starts and finishes in the order of the log."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._windows: list[_Window] = []

    def take(self, event: Event) -> None:
        """Take a start, or the finish of the last drill of its scenario that is under way."""
        scenario = event.text("scenario")
        if event.type == STARTED:
            self._windows.append(_Window(event.index, scenario, event.moment))
            return
        for window in reversed(self._windows):
            if window.ended is None and window.scenario == scenario:
                window.ended = event.moment
                return

    def hold(self, at: datetime, skew: timedelta) -> bool:
        """Tell whether a drill was under way at a time, as far as clocks may differ."""
        return any(
            window.begun - skew <= at and (window.ended is None or at <= window.ended + skew)
            for window in self._windows
        )

    def unfinished(self, since: datetime) -> Iterator[tuple[datetime, int]]:
        """Yield the beginnings of drills that started before a time and have no end, with their events."""
        yield from ((each.begun, each.index) for each in self._windows if each.ended is None and each.begun < since)
