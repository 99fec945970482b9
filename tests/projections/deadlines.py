"""Short logs about what falls due, written as one reads them: minutes from a beginning."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from events.entry import render_instant
from projections.deadlines.clock_event import ClockEvent
from projections.deadlines.plan_steps import OUTCOMES, TEXTS, USES, overdue
from projections.deadlines.promises import PROMISES, missed
from projections.deadlines.silences import SILENCES, silent
from projections.event import Event
from projections.folding import rows_of
from tests.sequencer.drafts import NOW


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def instant(minutes: float) -> str:
    return render_instant(at(minutes))


def told(
    index: int, type_: str, minutes: float, accepted: float | None = None, incident: str | None = "paris", **data: Any
) -> Event:
    """An event that happened at `minutes` and was accepted then, or at `accepted`."""
    fields = {"time": instant(minutes), **data}
    openings = {name: {"value": value} for name, value in fields.items()}
    source = data.get("source", "urn:desk") if type_ != "source.silent" else "urn:ledgerd:demo"
    return Event(index, type_, source, instant(minutes if accepted is None else accepted), incident, None, openings)


def judged(events: Iterable[Event], minutes: float) -> list[ClockEvent]:
    """What the service would append at that time, whose log holds `events`."""
    log, now = list(events), at(minutes)
    texts = {key.key: row for key, row in rows_of(TEXTS, log).items()}
    outcomes = {key.key: row for key, row in rows_of(OUTCOMES, log).items()}
    return [
        *(event for row in rows_of(PROMISES, log).values() for event in missed(row, now)),
        *(event for row in rows_of(SILENCES, log).values() for event in silent(row, now)),
        *(event for row in rows_of(USES, log).values() for event in overdue(row, texts, outcomes, now)),
    ]
