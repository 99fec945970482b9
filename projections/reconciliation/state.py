"""What an object should have shown at a moment, by the claimed times of what is recorded of it, however late.

A connector's clock and the platform's differ, and a connector hears of things with delay: within the grace on either
side of the moment all that was or became true is as good.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from projections.standing import Change, Kind, Origin, StandingRow, What

Gone = Literal["deleted_by_author", "hidden_declared", "removed_declared"]
_ENDS: dict[What, Gone] = {
    "deleted": "deleted_by_author",
    "hidden": "hidden_declared",
    "removed": "removed_declared",
    "withdrawn": "removed_declared",
}
_LIFTS: dict[What, Gone] = {"unhidden": "hidden_declared", "restored": "removed_declared"}


class Place(NamedTuple):
    """An account or page of a platform."""

    platform: str
    account: str


class State(NamedTuple):
    """What is known of an object at a moment.

    `texts`: the events that hold the words it may have shown, the first of them as it began. `gone`: why it may have
    been out of sight, with the event that says so. `due`: it began longer ago than the grace. Times are µs since 1970.
    """

    kind: Kind
    at: int
    event: int
    incident: str | None
    texts: tuple[int, ...]
    gone: tuple[tuple[Gone, int], ...]
    due: bool


def origin_at(row: StandingRow, place: Place, *, named: bool = False) -> Origin | None:
    """Return how an object came to stand at a place; `named`: only if its event names the account.

    Updates are published wherever their pages show them.
    """
    for one in row.origins:
        if one.kind == "update" or one[3:5] == place:
            return one
    if named:
        return None
    return next((one for one in row.origins if one.platform in (place.platform, None) and one.account is None), None)


def state_at(row: StandingRow | None, place: Place, at: int, grace: int, *, named: bool = False) -> State | None:
    """Return what was true of an object around `at`, None where it wasn't known to stand at the place by then."""
    origin = None if row is None else origin_at(row, place, named=named)
    if row is None or origin is None or origin.at > at + grace:
        return None
    changes = sorted(
        (change for change in row.changes if _concerns(change, origin) and change.at <= at + grace),
        key=lambda change: (change.at, change.event),
    )
    return State(
        origin.kind,
        origin.at,
        origin.event,
        origin.incident,
        _texts(origin, changes, at - grace),
        _gone(changes, at - grace),
        origin.at <= at - grace,
    )


def _concerns(change: Change, origin: Origin) -> bool:
    return change.platform in (origin.platform, None) and (
        origin.account is None or change.account in (origin.account, None)
    )


def _texts(origin: Origin, changes: Sequence[Change], since: int) -> tuple[int, ...]:
    """Return the events whose words stood at `since` or later. Words of an update stand beside their translations."""
    said = [(origin.at, origin.event), *((change.at, change.event) for change in changes if change.what == "text")]
    if origin.kind == "update":
        return tuple(event for _, event in said)
    standing = max((place for place, (at, _) in enumerate(said) if at <= since), default=0)
    return tuple(event for _, event in said[standing:])


def _gone(changes: Sequence[Change], since: int) -> tuple[tuple[Gone, int], ...]:
    """Return every reason to be out of sight that held at `since` or came about later."""
    held: dict[Gone, int] = {}
    found: dict[Gone, int] = {}
    for change in changes:
        if (reason := _ENDS.get(change.what)) is not None:
            held[reason] = found[reason] = change.event
        elif (lifted := _LIFTS.get(change.what)) is not None:
            held.pop(lifted, None)
            if change.at <= since:
                found.pop(lifted, None)
    return tuple(found.items())
