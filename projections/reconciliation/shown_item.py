"""What an account or page was seen to show, and the snapshots that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from projections.instants import micros
from projections.reconciliation.state import Place


class ShownItem(NamedTuple):
    """An item as it was shown from snapshot `since` on, first seen so at `seen_at`, to before snapshot `until`."""

    kind: str
    external_id: str
    since: int
    until: int | None
    seen_at: datetime
    digest: str | None
    visible: bool
    moderated: str | None = None
    moderated_by: str | None = None
    created_at: datetime | None = None
    shown_at: datetime | None = None
    incident: str | None = None
    title: str | None = None
    text: str | None = None
    status: str | None = None
    lang: str | None = None

    @property
    def in_sight(self) -> bool:
        """Tell whether everybody sees it."""
        return self.visible and self.moderated is None

    def valid_at(self, number: int) -> bool:
        """Tell whether a snapshot showed it so."""
        return self.since <= number and (self.until is None or self.until > number)


class Glimpse(NamedTuple):
    """A complete snapshot: its number, its moment and its window in µs since 1970."""

    number: int
    at: int
    window: tuple[int, int]

    def covers(self, at: int | None) -> bool:
        """Tell whether what was made at a time is among what the snapshot claims to hold."""
        return at is None or self.window[0] <= at < self.window[1]


@dataclass(frozen=True, slots=True)
class Scene:
    """A snapshot under comparison.

    `glimpses`: it and the complete ones before it, newest first, as many as a finding takes (`in_a_row`) or fewer;
    none where it isn't complete itself. `grace` in µs.
    """

    place: Place
    number: int
    taken_at: datetime
    grace: int
    in_a_row: int
    glimpses: Sequence[Glimpse]

    @property
    def at(self) -> int:
        """Return its moment, in µs since 1970."""
        return micros(self.taken_at)

    @property
    def confirmed(self) -> bool:
        """Tell whether there are enough complete snapshots in a row to be certain of anything."""
        return len(self.glimpses) >= self.in_a_row
