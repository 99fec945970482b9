"""Legal holds: which bans on erasing stand, in the order of the log."""

from collections.abc import Iterator

from projections.event import Event


class Holds:
    """Takes `legal_hold.placed` and `legal_hold.released`."""

    def __init__(self) -> None:
        """Begin without holds."""
        self._standing: dict[int, Event] = {}

    def take(self, event: Event) -> None:
        """Place a hold, or release it: the one that the release names, else those of the same scope."""
        if event.type == "legal_hold.placed":
            self._standing[event.index] = event
            return
        hold = event.value("hold")
        named = [hold] if isinstance(hold, int) else [i for i, e in self._standing.items() if _same(e, event)]
        for index in named:
            self._standing.pop(index, None)

    def standing(self) -> Iterator[tuple[int, frozenset[int]]]:
        """Yield the holds that stand now, with the events that they name."""
        for index, event in self._standing.items():
            yield index, named_events(event)


def named_events(event: Event) -> frozenset[int]:
    """Return the events that a hold or a decision names."""
    listed = event.value("events")
    return frozenset(each for each in listed if isinstance(each, int)) if isinstance(listed, list) else frozenset()


def _same(placed: Event, released: Event) -> bool:
    scope = released.text("scope")
    return scope is not None and scope == placed.text("scope")
