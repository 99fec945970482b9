"""When monitors were blind, from failures and recoveries in any order."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from projections.facts import Fact


class Blind(NamedTuple):
    """A window in which a monitor saw nothing: from when to when, None where it still sees nothing; by which events."""

    begun: datetime
    ended: datetime | None
    events: tuple[int, ...]

    def seconds(self, first: datetime, last: datetime) -> float:
        """Return how much of it lies between two times."""
        ended = last if self.ended is None else min(self.ended, last)
        return max(0.0, (ended - max(self.begun, first)).total_seconds())


def blind_windows(facts: Sequence[Fact]) -> list[Blind]:
    """Return a monitor's blind windows, those that touch made one. A recovery says itself since when it was blind.

    A failure is over with the first recovery that ends after it began.
    """
    failed = [(fact.time("from") or fact.at, fact.event) for fact in facts if fact.type == "monitor.failed"]
    recovered = [_window(fact) for fact in facts if fact.type == "monitor.recovered"]
    ends = sorted(recovered, key=lambda window: (window.ended or window.begun, window.events))
    windows = list(recovered)
    for begun, event in failed:
        end = next((window for window in ends if window.ended is not None and window.ended >= begun), None)
        known = () if end is None else end.events
        windows.append(Blind(begun, None if end is None else end.ended, (event, *known)))
    return _joined(windows)


def _window(fact: Fact) -> Blind:
    ended = fact.time("to") or fact.at
    return Blind(min(fact.time("from") or ended, ended), ended, (fact.event,))


def _joined(windows: Sequence[Blind]) -> list[Blind]:
    found: list[Blind] = []
    for window in sorted(windows, key=lambda window: (window.begun, window.events)):
        last = found[-1] if found else None
        if last is None or (last.ended is not None and last.ended < window.begun):
            found.append(window)
            continue
        ended = None if last.ended is None or window.ended is None else max(last.ended, window.ended)
        found[-1] = Blind(last.begun, ended, tuple(sorted({*last.events, *window.events})))
    return found
