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


async def builds(connection: Connection, ledger: str, projections: Iterable[AnyProjection]) -> list[Build]:
    """Return the newest build of each projection's version, made where there is none; the first is live at once."""
    found = [tuple(row) for row in await connection.fetch(QUERIES["cursors"], ledger)]
    newest = []
    for projection in projections:
        rows = [row for row in found if row[0] == projection.name]
        own = [row for row in rows if row[1] // _REBUILDS == projection.version]
        if not own:
            await connection.execute(
                QUERIES["add_cursor"], ledger, projection.name, projection.version * _REBUILDS, not rows
            )
            own = [(projection.name, projection.version * _REBUILDS, 0, not rows)]
        newest.append(Build(projection, *own[-1][1:]))
    return newest


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
    if own is None or own["live"] or (live is not None and live["next"] > own["next"]):
        return False
    await connection.execute(QUERIES["go_live"], ledger, build.projection.name, build.number)
    for row in rows:
        if row["version"] < build.number:
            await connection.execute(QUERIES["drop_cursor"], ledger, build.projection.name, row["version"])
            await connection.execute(QUERIES["drop_rows"], ledger, build.projection.name, row["version"])
    return True
