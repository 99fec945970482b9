"""What was said on platforms while nobody reported anything: stretches of contents seen there and not in the ledger."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from events.strict import JsonValue
from events.times import read_time
from projections.event import Event
from projections.instants import instant, micros

ENOUGH = 3
"""How many unreported contents between two reported ones make a stretch: fewer are single losses, not a silence."""
CONTENT = frozenset({"comment.received", "reply.posted"})
UNREPORTED = frozenset({"comment.observed_unreported", "reply.observed_unreported"})
SNAPSHOT = "snapshot.imported"
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Contents on a platform while none was reported; `settled`: the event that reported the last of them."""

    platform: str
    count: int
    begun: datetime
    ended: datetime
    indexes: list[int]
    settled: int | None


@dataclass(frozen=True, slots=True, order=True)
class _Seen:
    at: int
    index: int
    name: str


@dataclass(frozen=True, slots=True)
class _Window:
    first: int
    last: int
    count: int
    index: int


@dataclass(slots=True)
class _Account:
    """An account on a platform: the times of reported contents, what was seen unreported, and snapshots' counts."""

    times: list[int] = field(default_factory=list)
    seen: list[_Seen] = field(default_factory=list)
    windows: list[_Window] = field(default_factory=list)


class Spoken:
    """Takes contents, observations and snapshots. Memory: a number a content, a few a snapshot."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._accounts: dict[Place, _Account] = {}
        self._unreported: set[str] = set()
        self._reported: dict[str, int] = {}

    def take(self, event: Event) -> None:
        """Take an event; all but those of a platform are left aside."""
        if event.type in CONTENT:
            name = event.text("external_id") or ""
            if name in self._unreported:
                self._reported.setdefault(name, event.index)
            else:
                self._account(event).times.append(micros(event.moment))
        elif event.type in UNREPORTED and (at := event.time_said("created_at")) is not None:
            name = event.text("external_id") or ""
            self._unreported.add(name)
            self._account(event).seen.append(_Seen(micros(at), event.index, name))
        elif event.type == SNAPSHOT and (window := _window(event)) is not None:
            self._account(event).windows.append(window)

    def stretches(self, *, whole: bool) -> Iterator[Stretch]:
        """Yield the stretches. Counts are compared only where the `whole` ledger is there, with all its contents."""
        for (platform, _), account in sorted(self._accounts.items()):
            times = sorted(account.times)
            yield from self._listed(platform, account, times)
            if whole and times:
                yield from _counted(platform, account, times)

    def _listed(self, platform: str, account: _Account, times: list[int]) -> Iterator[Stretch]:
        gaps: dict[int, list[_Seen]] = {}
        for seen in sorted(account.seen):
            if place := bisect_left(times, seen.at):  # before the first, nobody had begun to report
                gaps.setdefault(place, []).append(seen)
        for some in gaps.values():
            if len(some) >= ENOUGH:
                reported = [self._reported[seen.name] for seen in some if seen.name in self._reported]
                settled = max(reported) if len(reported) == len(some) else None
                indexes = sorted(seen.index for seen in some)
                yield Stretch(platform, len(some), instant(some[0].at), instant(some[-1].at), indexes, settled)

    def _account(self, event: Event) -> _Account:
        place = (event.text("platform") or "", event.text("account") or "")
        return self._accounts.setdefault(place, _Account())


def _counted(platform: str, account: _Account, times: list[int]) -> Iterator[Stretch]:
    """Yield the snapshots that count contents in a window, after the ledger began to report, in which it has none."""
    for window in account.windows:
        begun = window.first > times[0]
        if begun and window.count and bisect_left(times, window.first) == bisect_left(times, window.last):
            yield Stretch(platform, window.count, instant(window.first), instant(window.last), [window.index], None)


def _window(event: Event) -> _Window | None:
    window, counts = event.value("window"), event.value("counts")
    items = event.value("items")
    count = _number(counts, "comments") or (items if isinstance(items, int) else 0)
    if not isinstance(window, dict) or not all(isinstance(window.get(end), str) for end in ("from", "to")):
        return None
    first, last = (micros(read_time(str(window[end]))) for end in ("from", "to"))
    return _Window(first, last, count, event.index)


def _number(counts: JsonValue, name: str) -> int:
    found = counts.get(name) if isinstance(counts, dict) else None
    return found if isinstance(found, int) else 0
