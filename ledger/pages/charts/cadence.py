"""Cadence: after what part of the time that an update promised the next one came, promise by promise.

A promise of half an hour and one of a night are judged alike: the middle of the chart is the time promised, its right
end twice that time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from events.strict import JsonObject

_LISTED = 24
_ROW, _AXIS = 30, 20
_PROMISED, _END = 50.0, 98.0
"""Percent: where the time that was promised lies, and where the chart ends."""


class Wait(NamedTuple):
    """A promise: who made it, when the next was due and came (None: not yet), and where that lies, in percent.

    `beyond`: it lies further to the right than the chart reaches. `y`: the head of its row, in pixels.
    """

    update: str
    status: str
    event: int
    made: str
    due: str
    next: int | None
    came: str | None
    x: float
    beyond: bool
    y: int


class CadenceChart(NamedTuple):
    """The newest promises, the newest first; `left_out`: how many older ones there are."""

    waits: Sequence[Wait]
    left_out: int
    height: int


def waits(answer: JsonObject, cadence: JsonObject, at: datetime) -> list[Wait]:
    """Return the promises of one audience's cadence, the newest first, as a reader of the updates' view sees them."""
    said = {version["event"]: version for update in answer["updates"] for version in update["versions"]}
    told = [promise for promise in cadence["promises"] if promise["event"] in said]
    return [_wait(promise, said, at, _ROW * row) for row, promise in enumerate(reversed(told))]


def cadence_chart(told: Sequence[Wait]) -> CadenceChart | None:
    """Return the chart of the newest promises, None where none was made."""
    if not told:
        return None
    drawn = told[:_LISTED]
    return CadenceChart(drawn, len(told) - len(drawn), _ROW * len(drawn) + _AXIS)


def _wait(promise: JsonObject, said: dict[int, JsonObject], at: datetime, y: int) -> Wait:
    made, due = said[promise["event"]]["at"], promise["due"]
    came = said[promise["next"]]["at"] if promise["next"] in said else None
    promised, taken = _seconds(made, due), _seconds(made, came or at.isoformat())
    x = _PROMISED * taken / promised if promised > 0 else _END
    update = said[promise["event"]]["update_id"]
    return Wait(
        update,
        promise["status"],
        promise["event"],
        made,
        due,
        promise["next"],
        came,
        round(max(min(x, _END), 0), 2),
        x > _END,
        y,
    )


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
