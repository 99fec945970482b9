"""Which events claim a time before what they follow from: a reply before its comment, an end before its beginning."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from events.claims import referring_fields
from events.strict import JsonValue
from events.vocabulary import VOCABULARY
from projections.event import Event
from projections.instants import instant, micros
from projections.origins import references

_ENDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "comment.unhidden": ("comment.hidden", "target"),
        "comment.restored": ("comment.removed", "target"),
        "thread.unlocked": ("thread.locked", "target"),
        "author.unblocked": ("author.blocked", "author_id_hash"),
        "commitment.kept": ("commitment.made", "commitment_id"),
        "commitment.due_changed": ("commitment.made", "commitment_id"),
        "commitment.cancelled": ("commitment.made", "commitment_id"),
        "incident.closed": ("incident.opened", ""),
    }
)
"""What ends something, what began it, and the field that names it in both; "" for the incident itself."""
_BEGINS = dict(_ENDS.values())
_BRINGS = {
    "comment.received": "external_id",
    "reply.posted": "external_id",
    "update.drafted": "update_id",
    "update.published": "update_id",
    "appeal.received": "appeal_id",
}
_KINDS = {"external_id": "content", "update_id": "update", "appeal_id": "appeal"}


class Pair(NamedTuple):
    """An event that claims to be `by` so much earlier than its `cause`."""

    event: int
    cause: int
    type: str
    time: datetime
    by: timedelta
    subject: str | None


@dataclass(frozen=True, slots=True)
class _Follower:
    index: int
    at: int
    type: str
    subject: str | None


class Forerunners:
    """Takes events in the order of the log. Memory: two numbers an event, a few words an object."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._indexes = array("q")
        self._times = array("q")
        self._linked: dict[int, int] = {}
        self._begun: dict[tuple[str, str | None], tuple[int, int]] = {}
        self._brought: dict[str, tuple[int, int]] = {}
        self._waiting: dict[str, list[_Follower]] = {}
        self._pairs: list[tuple[_Follower, tuple[int, int]]] = []

    def take(self, event: Event, time: datetime, *, judged: bool) -> None:
        """Take an event with its time; only what is `judged` is held against what it follows from."""
        at = micros(time)
        self._remember(event, at)
        if judged:
            follower = _Follower(event.index, at, event.type, event.object)
            for cause in self._causes(event):
                self._compare(follower, cause)
            for name in _followed(event):
                if (brought := self._brought.get(name)) is not None:
                    self._compare(follower, brought)
                else:
                    self._waiting.setdefault(name, []).append(follower)

    def found(self, skew: timedelta) -> Iterator[Pair]:
        """Yield the events that are dated before what they follow from, by more than clocks may differ."""
        for follower, (index, at) in self._pairs:
            if (by := timedelta(microseconds=at - follower.at)) > skew:
                yield Pair(follower.index, index, follower.type, instant(follower.at), by, follower.subject)

    def _compare(self, follower: _Follower, cause: tuple[int, int]) -> None:
        if follower.at < cause[1] and follower.index != cause[0]:
            self._pairs.append((follower, cause))

    def _remember(self, event: Event, at: int) -> None:
        if self._indexes and event.index <= self._indexes[-1]:
            self._linked[event.index] = at
        else:
            self._indexes.append(event.index)
            self._times.append(at)
        if (field := _BEGINS.get(event.type)) is not None:
            self._begun[event.type, _named(event, field)] = (event.index, at)
        if (field := _BRINGS.get(event.type)) is not None and (name := event.text(field)) is not None:
            key = f"{_KINDS[field]}|{name}"
            brought = self._brought.setdefault(key, (event.index, at))
            for follower in self._waiting.pop(key, ()):
                self._compare(follower, brought)

    def _causes(self, event: Event) -> Iterator[tuple[int, int]]:
        """Yield what the event ends, and the events that it names by their indexes, as (index, time)."""
        if (ended := _ENDS.get(event.type)) is not None:
            begun = self._begun.get((ended[0], _named(event, ended[1])))
            if begun is not None:
                yield begun
        for field in _referring(event.type):
            for index in _numbers(event.value(field)):
                if index < event.index and (at := self._time(index)) is not None:
                    yield index, at

    def _time(self, index: int) -> int | None:
        place = bisect_left(self._indexes, index)
        if place < len(self._indexes) and self._indexes[place] == index:
            return self._times[place]
        return self._linked.get(index)


def _named(event: Event, field: str) -> str | None:
    return event.text(field) if field else event.incident


def _followed(event: Event) -> Iterator[str]:
    """Yield the contents, updates and appeals that the event speaks of or answers."""
    for _, name in references(event):
        if name.partition("|")[0] in _KINDS.values():
            yield name
    if event.type == "comment.received" and (parent := event.text("in_reply_to")) is not None:
        yield f"content|{parent}"


@lru_cache(maxsize=4096)
def _referring(type_: str) -> tuple[str, ...]:
    payload = VOCABULARY.get(type_)
    return () if payload is None else referring_fields(payload)


def _numbers(value: JsonValue) -> Iterator[int]:
    if type(value) is int:
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _numbers(item)
