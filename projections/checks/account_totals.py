"""How much each account should show at a time, and when somebody looked at it."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from events.times import read_time
from projections.checks.coverage import SNAPSHOT, Place
from projections.event import Event
from projections.instants import micros

_KINDS = {"comment.received": "comments", "reply.posted": "replies"}
_AWAY = frozenset({"comment.deleted_by_author", "comment.hidden", "comment.removed", "reply.withdrawn"})
_BACK = frozenset({"comment.unhidden", "comment.restored"})
_HOUR = 3_600_000_000
_MICROSECOND = timedelta(microseconds=1)


class Gap(NamedTuple):
    """The longest time in which nobody looked at an account, in hours, and the snapshots at its ends."""

    indexes: tuple[int, ...]
    hours: int


class _Content(NamedTuple):
    at: int
    place: Place
    kind: str


@dataclass(slots=True)
class _Account:
    looks: list[tuple[int, int]] = field(default_factory=list)
    first: int | None = None
    last: int = 0
    after: int = 0
    shown: dict[str, list[int]] = field(default_factory=dict)


class AccountTotals:
    """Takes contents, what takes them out of sight, and snapshots. `differences`: of totals, as (event, shown, known).

    Memory: a few numbers a content. `looked`: whether there was any snapshot.
    """

    def __init__(self) -> None:
        """Begin without accounts."""
        self._accounts: dict[Place, _Account] = {}
        self._contents: dict[str, _Content] = {}
        self._taken: set[int] = set()
        self.differences: list[tuple[int, int, int]] = []
        self.looked = False

    def knows(self, event: Event) -> bool:
        """Tell whether the event was taken before."""
        return event.index in self._taken

    def around(self, event: Event, within: timedelta) -> bool:
        """Tell whether what an event saw was made on an account, and in the time, of which contents are known.

        That time ends so long (`within`) after the last of them.
        """
        account = self._accounts.get(_place(event))
        if account is None or account.first is None:
            return False
        made = micros(event.time_said("created_at") or event.time_said("seen_at") or event.moment)
        return account.first <= made <= account.last + within // _MICROSECOND

    def take(self, event: Event) -> None:
        """Take an event; one that was taken before changes nothing."""
        if event.index in self._taken:
            return
        self._taken.add(event.index)
        if event.type == SNAPSHOT:
            self._look(event)
        elif event.type in _KINDS:
            self._content(event)
        elif event.type in _AWAY | _BACK:
            self._turn(event.text("target") or event.text("external_id"), back=event.type in _BACK)
            taken = event.value("cascade_ids")
            for name in taken if isinstance(taken, list) else ():
                self._turn(str(name), back=event.type in _BACK)

    def gaps(self, allowed_seconds: int) -> Iterator[Gap]:
        """Yield the longest gap of each account that is longer than allowed, from its first content on."""
        for account in self._accounts.values():
            looks = sorted(account.looks)
            begun = [] if account.first is None or not looks else [(min(account.first, looks[0][0]), looks[0][1])]
            gaps = [(later[0] - one[0], one[1], later[1]) for one, later in pairwise([*begun, *looks])]
            longest = max(gaps, default=None)
            if longest is not None and longest[0] > allowed_seconds * 1_000_000:
                yield Gap(tuple(dict.fromkeys(longest[:0:-1])), longest[0] // _HOUR)

    def after_last(self) -> Iterator[tuple[int, int]]:
        """Yield the last snapshot of each account, and how many contents were recorded after it, if any."""
        for account in self._accounts.values():
            if account.looks and account.after:
                yield max(account.looks)[1], account.after

    def _content(self, event: Event) -> None:
        name, place, at = event.text("external_id"), _place(event), micros(event.moment)
        if name is None or name in self._contents:
            return
        account = self._accounts.setdefault(place, _Account())
        account.first = at if account.first is None else min(at, account.first)
        account.last = max(at, account.last)
        account.after += 1
        content = self._contents[name] = _Content(at, place, _KINDS[event.type])
        insort(account.shown.setdefault(content.kind, []), at)

    def _turn(self, name: str | None, *, back: bool) -> None:
        content = self._contents.get(name or "")
        if content is None:
            return
        shown = self._accounts[content.place].shown[content.kind]
        place = bisect_left(shown, content.at)
        there = place < len(shown) and shown[place] == content.at
        if back and not there:
            shown.insert(place, content.at)
        elif there and not back:
            del shown[place]

    def _look(self, event: Event) -> None:
        self.looked = True
        account = self._accounts.setdefault(_place(event), _Account())
        account.looks.append((micros(event.time_said("taken_at") or event.moment), event.index))
        account.after = 0
        counts, window = event.value("counts"), event.value("window")
        if event.text("completeness") != "counts_only" or not isinstance(counts, dict) or not isinstance(window, dict):
            return
        first, last = (micros(_time(window.get(name))) for name in ("from", "to"))
        for kind in _KINDS.values():
            times, told = account.shown.get(kind, []), counts.get(kind)
            known = bisect_left(times, last) - bisect_left(times, first)
            if isinstance(told, int) and told != known:
                self.differences.append((event.index, told, known))


def _place(event: Event) -> Place:
    return event.text("platform") or "", event.text("account") or ""


def _time(value: object) -> datetime:
    return read_time(str(value))
