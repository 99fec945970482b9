"""Small logs written by hand: each line a type, an incident, hours since a beginning, and the fields."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from events.entry import render_instant
from projections.event import Event

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
Written = tuple[str, str | None, float, dict[str, Any]]


def hour(hours: float) -> datetime:
    """The time so many hours after the beginning."""
    return EPOCH + timedelta(hours=hours)


def written(lines: Sequence[Written], first: int = 0) -> list[Event]:
    """The events of a log whose lines were accepted when they happened, their indexes from `first`."""
    return [
        Event(
            first + place,
            kind,
            "urn:console:test",
            render_instant(hour(hours)),
            incident,
            None,
            {name: {"value": value} for name, value in {"time": hour(hours).isoformat(), **fields}.items()},
        )
        for place, (kind, incident, hours, fields) in enumerate(lines)
    ]
