"""A snapshot compared with the ledger as of its moment, slice by slice, so that neither has to fit in memory."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ledger.store.reads import SLICE, Reads
from ledger.store.snapshots import Taken
from projections.checks.settings import DEFAULT, Settings
from projections.event import read_event
from projections.instants import micros
from projections.reconciliation import accounts, pages
from projections.reconciliation.difference import Difference, Digests
from projections.reconciliation.shown_item import Glimpse, Scene, ShownItem
from projections.reconciliation.state import Place, state_at
from projections.reconciliation.words import digests_of
from projections.standing import SETTINGS, STANDING, StandingRow, content_key, title_key, update_key

_ITEMS_AT_ONCE = 250
_OBJECTS_AT_ONCE = 5_000


class Position(NamedTuple):
    """Where a comparison goes on: in what is shown, behind an item; or in what isn't, behind an object."""

    part: str
    kind: str
    key: str


BEGINNING = Position("shown", "", "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One snapshot, and the state of the ledger that it is compared with."""

    reads: Reads
    taken: Taken
    scene: Scene
    _moments: dict[int, datetime] = field(default_factory=dict)

    async def all(self) -> AsyncIterator[list[Difference]]:
        """Yield all differences, in bounded portions."""
        position: Position | None = BEGINNING
        while position is not None:
            found, position = await self.slice(position)
            yield found
            await asyncio.sleep(0)  # posters go first

    async def slice(self, position: Position) -> tuple[list[Difference], Position | None]:
        """Return the differences of the next objects behind `position`, and where to go on: None at the end."""
        if self.taken.completeness == "counts_only":
            return [], None
        if position.part == "shown":
            return await self._shown(position)
        return await (self._unshown(position) if self.taken.kind == "account" else self._vanished(position))

    async def totals(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return how many contents of each kind were surely in sight at the moment, and how many may have been."""
        least: dict[str, int] = defaultdict(int)
        most: dict[str, int] = defaultdict(int)
        last, window = "", (micros(self.taken.window_from), micros(self.taken.window_to))
        while rows := await self.reads.fetch("unshown_contents", *self.scene.place, 0, last, _OBJECTS_AT_ONCE):
            for row in (StandingRow.model_validate_json(one["row"]) for one in rows if one["key"] is not None):
                state = state_at(row, self.scene.place, self.scene.at, self.scene.grace, named=True)
                if state is not None and window[0] <= state.at < window[1]:
                    most[state.kind] += 1
                    least[state.kind] += state.due and not state.gone
            last = rows[0]["scanned"]
            await asyncio.sleep(0)
        return least, most

    async def _shown(self, position: Position) -> tuple[list[Difference], Position | None]:
        rows = await self.reads.fetch(
            "shown_items", *self.scene.place, self.scene.number, position.kind, position.key, _ITEMS_AT_ONCE
        )
        items = [ShownItem(*row) for row in rows]
        if len(items) == _ITEMS_AT_ONCE:
            then = Position("shown", items[-1].kind, items[-1].external_id)
        else:
            then = Position("unshown", "", "")
        judge = self._contents if self.taken.kind == "account" else self._on_page
        return await judge(items), then

    async def _contents(self, items: Sequence[ShownItem]) -> list[Difference]:
        listed = [item for item in items if item.visible or item.moderated is not None]
        known = await self.standing(content_key(item.external_id) for item in listed)
        wanted = {event for row in known.values() for event in accounts.texts_of(row, self.scene)}
        digests = await self._digests(wanted)
        return [
            accounts.of_shown(item, known.get(content_key(item.external_id)), digests, self.scene) for item in listed
        ]

    async def _on_page(self, items: Sequence[ShownItem]) -> list[Difference]:
        histories = await self._histories(sorted({item.kind for item in items}), [item.external_id for item in items])
        known = await self.standing(
            key(item.external_id) for item in items for key in (update_key, title_key) if item.external_id
        )
        shown = [histories[item.kind, item.external_id] for item in items]
        updates = [(history, known.get(update_key(history[0].external_id))) for history in shown]
        wanted = {event for history, row in updates for event in pages.words_of(row, history, self.scene)}
        digests = await self._digests(wanted)
        found: list[Difference] = []
        for history, row in updates:
            if history[0].kind == "update":
                found += pages.of_update(history, row, digests, self.scene)
            else:
                found += pages.of_incident(history, known.get(title_key(history[0].external_id)), self.scene)
        return found

    async def _unshown(self, position: Position) -> tuple[list[Difference], Position | None]:
        rows = await self.reads.fetch(
            "unshown_contents", *self.scene.place, self.scene.number, position.key, _OBJECTS_AT_ONCE
        )
        if not rows:
            return [], None
        known = {
            str(row["key"]).partition("|")[2]: StandingRow.model_validate_json(row["row"])
            for row in rows
            if row["key"] is not None
        }
        found: list[Difference] = []
        names = list(known)
        for first in range(0, len(names), SLICE):
            some = names[first : first + SLICE]
            histories = await self._histories(["comment", "reply"], some)
            for name in some:
                history = [*histories.get(("comment", name), []), *histories.get(("reply", name), [])]
                taken = [await self._taken_before(history[-1])] if history and self.scene.confirmed else []
                difference = accounts.of_unshown(name, known[name], history, taken, self.scene)
                if difference is not None:
                    found.append(difference)
            await asyncio.sleep(0)
        return found, Position("unshown", "", rows[0]["scanned"])

    async def _taken_before(self, item: ShownItem) -> datetime:
        """Return when an item was last shown: by the last snapshot before the one that ended it."""
        if item.until is None or item.until - 1 == item.since:
            return item.seen_at
        last = item.until - 1
        if last not in self._moments:
            rows = await self.reads.fetch("snapshots_before", *self.scene.place, last, 1)
            self._moments[last] = rows[0]["taken_at"]
        return self._moments[last]

    async def _vanished(self, position: Position) -> tuple[list[Difference], Position | None]:
        rows = await self.reads.fetch(
            "vanished_updates", *self.scene.place, self.scene.number, position.key, _ITEMS_AT_ONCE
        )
        names = [row["external_id"] for row in rows]
        histories = await self._histories(["update"], names)
        known = await self.standing(map(update_key, names))
        found = [pages.of_missing(histories["update", name], known.get(update_key(name)), self.scene) for name in names]
        return found, Position("unshown", "", names[-1]) if len(names) == _ITEMS_AT_ONCE else None

    async def standing(self, keys: Iterable[str]) -> dict[str, StandingRow]:
        """Return what is known of objects, by key."""
        rows = await self.reads.fetch("live_rows", STANDING.name, "", list(keys))
        return {row["key"]: StandingRow.model_validate_json(row["row"]) for row in rows}

    async def _histories(self, kinds: Sequence[str], names: Sequence[str]) -> dict[tuple[str, str], list[ShownItem]]:
        found: dict[tuple[str, str], list[ShownItem]] = defaultdict(list)
        for row in await self.reads.fetch("item_history", *self.scene.place, self.scene.number, kinds, names):
            item = ShownItem(*row)
            found[item.kind, item.external_id].append(item)
        return found

    async def _digests(self, events: Iterable[int]) -> Digests:
        found: dict[int, Sequence[str]] = {}
        wanted = sorted(events)
        for first in range(0, len(wanted), SLICE):
            for stored in await self.reads.events_at(wanted[first : first + SLICE]):
                found[stored.index] = digests_of(read_event(stored.index, stored.entry, stored.openings))
            await asyncio.sleep(0)
        return found


async def compare(reads: Reads, place: Place, taken: Taken) -> Comparison:
    """Return the comparison of a snapshot, by the settings that hold now."""
    settings = await settings_in_force(reads)
    in_a_row, glimpses = settings.snapshots_in_a_row, list[Glimpse]()
    if taken.completeness == "complete":
        rows = await reads.fetch("complete_snapshots", *place, taken.number, in_a_row)
        glimpses = [_glimpse(Taken.read(row)) for row in rows]
    grace = settings.connector_grace_seconds * 1_000_000
    return Comparison(reads, taken, Scene(place, taken.number, taken.taken_at, grace, in_a_row, glimpses))


async def settings_in_force(reads: Reads) -> Settings:
    """Return what the last `checks.configured` says, else the defaults."""
    rows = await reads.fetch("live_rows", STANDING.name, "", [SETTINGS])
    indexes = StandingRow.model_validate_json(rows[0]["row"]).indexes if rows else ()
    if not indexes:
        return DEFAULT
    stored = (await reads.events_at([indexes[-1]]))[0]
    return DEFAULT.after(read_event(stored.index, stored.entry, stored.openings))


def _glimpse(taken: Taken) -> Glimpse:
    return Glimpse(taken.number, micros(taken.taken_at), (micros(taken.window_from), micros(taken.window_to)))
