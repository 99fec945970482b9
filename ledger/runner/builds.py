"""Builds of a projection: the one that readers see, and the one being folded beside it.

A build's number is the projection's version × 1,000 + how often that version was rebuilt, so that it is never used
twice.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ledger.store.connections import Connection
from ledger.store.queries import QUERIES
from projections import AnyProjection

_REBUILDS = 1_000


class Build(NamedTuple):
    """One build: its projection and number, the index of the first entry not folded yet, whether readers see it."""

    projection: AnyProjection
    number: int
    next: int
    live: bool


class Standing(NamedTuple):
    """The builds that this code folds, and the index of the first entry that some of what readers see lacks."""

    builds: list[Build]
    seen: int


async def builds(connection: Connection, ledger: str, projections: Iterable[AnyProjection]) -> Standing:
    """Return, of each projection's version, the newest build and the live one, where that is another.

    A build is made where there is none; the first of a projection is live at once. Code older than the live build
    (a process of before an upgrade) folds nothing of it.
    """
    found = [tuple(row) for row in await connection.fetch(QUERIES["cursors"], ledger)]
    folded: list[Build] = []
    seen = []
    for projection in projections:
        rows = [row[1:] for row in found if row[0] == projection.name]
        seen.append(next((next_ for _, next_, live in rows if live), 0))
        own = [row for row in rows if row[0] // _REBUILDS == projection.version]
        if not own and not any(live and number // _REBUILDS > projection.version for number, _, live in rows):
            number = projection.version * _REBUILDS
            await connection.execute(QUERIES["add_cursor"], ledger, projection.name, number, not rows)
            own = [(number, 0, not rows)]
        folded += [Build(projection, *row) for row in own if row is own[-1] or row[2]]
    return Standing(folded, min(seen, default=0))


async def begin_rebuild(connection: Connection, ledger: str, projection: AnyProjection) -> int:
    """Begin a new build beside the others and return its number; the runner does the rest."""
    rows = await connection.fetch(QUERIES["lock_builds"], ledger, projection.name)
    numbers = [row["version"] for row in rows if row["version"] // _REBUILDS == projection.version]
    number = max(numbers, default=projection.version * _REBUILDS - 1) + 1
    await connection.execute(QUERIES["add_cursor"], ledger, projection.name, number, not rows)
    return number


async def switch(connection: Connection, ledger: str, build: Build) -> bool:
    """Show `build` to readers once it has caught up with the one they see, and drop the older ones.

    Returns whether it did. Runs in the caller's transaction.
    """
    rows = await connection.fetch(QUERIES["lock_builds"], ledger, build.projection.name)
    live = next((row for row in rows if row["live"]), None)
    own = next((row for row in rows if row["version"] == build.number), None)
    if own is None or own["live"]:
        return False
    if live is not None and (live["next"] > own["next"] or live["version"] > own["version"]):
        return False
    await connection.execute(QUERIES["go_live"], ledger, build.projection.name, build.number)
    for row in rows:
        if row["version"] < build.number:
            await connection.execute(QUERIES["drop_cursor"], ledger, build.projection.name, row["version"])
            await connection.execute(QUERIES["drop_rows"], ledger, build.projection.name, row["version"])
    return True
