"""The runner: keeps one ledger's projections behind its log, in whichever process holds the cursors' locks."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import asyncpg

from ledger.background import Background
from ledger.runner.builds import Build, builds, switch
from ledger.runner.folding import Place, Steps, fold, steps
from ledger.store.connections import Connection, unavailable
from ledger.store.ports import StoreUnavailable
from ledger.store.queries import QUERIES
from ledger.store.reads import SLICE
from projections import AnyProjection
from projections.event import Event, read_event
from projections.linking import linked, with_linked
from projections.projection import RowKey

_LOOK_SECONDS = 1.0
_REST_SECONDS = 0.1


class LogHasGap(Exception):
    """An entry that must be there isn't: the projections stop before it rather than leave it out."""


class Runner(Background):
    """One task a ledger and process. Correctness is the cursor's; `wake` only saves waiting for the next look."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        ledger: str,
        projections: Sequence[AnyProjection],
        moved: Callable[[int], None] = lambda _next: None,
        failed: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        """Fold through `pool`.

        `moved(next)` is told how far the live builds have come, `failed` of an error in a fold.
        """
        self._pool, self._ledger, self._projections = pool, ledger, projections
        self._moved, self._failed = moved, failed
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look at the log now: there may be something new."""
        self._wake.set()

    async def catch_up(self) -> None:
        """Fold everything there is, and switch to builds that caught up."""
        while await self._round():
            pass

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
            except StoreUnavailable:
                await asyncio.sleep(_LOOK_SECONDS)
            except Exception as error:  # noqa: BLE001 - a fold that fails must not end the service; readers see the lag
                self._failed(error)
                await asyncio.sleep(_LOOK_SECONDS)
            # Under load a short rest lets events gather: a slice of many costs little more than a slice of one.
            await asyncio.sleep(_REST_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._wake.wait()

    async def _round(self) -> bool:
        """Fold one slice of every group of builds that stand at the same place. Returns whether there is more to do."""
        with unavailable():
            async with self._pool.acquire() as connection:
                found, seen = await builds(connection, self._ledger, self._projections)
                self._moved(seen)
                groups: dict[int, list[Build]] = defaultdict(list)
                for build in found:
                    groups[build.next].append(build)
                # The furthest first: readers see it, while a rebuild can wait.
                folded = [await self._slice(connection, first, groups[first]) for first in sorted(groups, reverse=True)]
                await self._switch(connection, [build for build in found if not build.live and build.next >= seen])
        return any(folded)

    async def _slice(self, connection: Connection, first: int, group: Sequence[Build]) -> bool:
        rows = await connection.fetch(QUERIES["events"], self._ledger, first, first + SLICE)
        if not rows:
            return False
        if [row["index"] for row in rows] != list(range(first, first + len(rows))):
            raise LogHasGap(f"entries are missing behind index {first}")
        events = await self._with_linked(connection, [read_event(*row[:3]) for row in rows])
        async with connection.transaction():
            mine = await self._lock(connection, first, group)
            if mine:
                await self._fold(connection, steps([(build.projection, build.number) for build in mine], events))
                names, numbers = [build.projection.name for build in mine], [build.number for build in mine]
                await connection.execute(QUERIES["move_cursors"], self._ledger, first + len(rows), names, numbers)
        if not mine:  # another process folds them; look again in a moment
            await asyncio.sleep(_REST_SECONDS)
        return True

    async def _with_linked(self, connection: Connection, events: Sequence[Event]) -> list[Event]:
        """Return the slice with the events that its links bring in, of the slice itself or from before it."""
        known = {event.index: event for event in events}
        before = {target for event in events if (target := linked(event)) is not None} - known.keys()
        if before:
            rows = await connection.fetch(QUERIES["events_at"], self._ledger, list(before))
            known |= {row["index"]: read_event(*row[:3]) for row in rows}
        return list(with_linked(events, known.get))

    async def _lock(self, connection: Connection, first: int, group: Sequence[Build]) -> list[Build]:
        """Return the builds of the group that still stand at `first` and that no other process is folding."""
        names, numbers = [build.projection.name for build in group], [build.number for build in group]
        rows = await connection.fetch(QUERIES["lock_cursors"], self._ledger, first, names, numbers)
        locked = {(row["projection"], row["version"]) for row in rows}
        return [build for build in group if (build.projection.name, build.number) in locked]

    async def _fold(self, connection: Connection, todo: Steps) -> None:
        places = list(dict.fromkeys(place for _, place, _ in todo))
        if not places:
            return
        columns = _columns(places)
        stored = await connection.fetch(QUERIES["read_rows"], self._ledger, *columns)
        before = {
            Place(row["projection"], row["version"], RowKey(row["incident"], row["key"])): row["row"] for row in stored
        }
        after = fold(todo, before)
        rows, ranks = zip(*after.values(), strict=True)
        await connection.execute(QUERIES["write_rows"], self._ledger, *_columns(after), list(rows), list(ranks))

    async def _switch(self, connection: Connection, found: Sequence[Build]) -> None:
        for build in found:
            async with connection.transaction():
                await switch(connection, self._ledger, build)


def _columns(places: Iterable[Place]) -> tuple[list[str], list[int], list[str], list[str]]:
    rows = [(place.projection, place.number, place.key.incident, place.key.key) for place in places]
    names, numbers, incidents, keys = zip(*rows, strict=True)
    return list(names), list(numbers), list(incidents), list(keys)
