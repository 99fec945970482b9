"""Small logs for checks: each line a type, hours since a beginning, fields, and what is unusual about its entry."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from events.entry import render_instant
from projections.checks.check import Check
from projections.checks.finding import Finding
from projections.checks.ground import Ground, Integrity
from projections.checks.verdict import Verdict, judge
from projections.context import CONTEXT_TYPES
from projections.event import Event
from projections.linking import with_linked
from tests.projections.written import hour

CRISIS = "crisis"
CONSOLE, CONNECTOR, LEDGER = "urn:console:test", "urn:connector:x", "urn:ledgerd:test"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
OTHER_SHA = SHA[::-1]


class Line(NamedTuple):
    """An event that claims `at` (hours) and was accepted then, or at `accepted`; never before the one before it."""

    type: str
    at: float
    said: dict[str, Any]
    incident: str | None = CRISIS
    source: str = CONSOLE
    accepted: float | None = None
    number: int | None = None


def log(lines: Iterable[Line]) -> list[Event]:
    """The events of a log, indexes from 0."""
    events: list[Event] = []
    for index, line in enumerate(lines):
        accepted = render_instant(hour(line.at if line.accepted is None else line.accepted))
        fields = {"time": hour(line.at).isoformat(), **line.said}
        openings = {name: {"value": value} for name, value in fields.items()}
        events.append(
            Event(index, line.type, line.source, accepted, line.incident, None, openings, source_seq=line.number)
        )
    return events


def proved(events: Sequence[Event], at: datetime) -> Integrity:
    """A proof without fault."""
    return Integrity(len(events), (), len(events), "root", "key", at)


def case(events: Sequence[Event], incident: str | None) -> list[Event]:
    """What a verdict gets to see of a log: all of it, or the incident's own, what it links, and the context."""
    known = {event.index: event for event in events}
    told = with_linked(events, known.get)
    return [event for event in told if incident in {None, event.incident} or event.type in CONTEXT_TYPES]


def verdict_on(
    check: type[Check], lines: Iterable[Line], incident: str | None = CRISIS, at: float = 1000, **known: Any
) -> Verdict:
    """What one check says of a log."""
    events = log(lines)
    return judge(case(events, incident), Ground(incident, len(events), hour(at), **known), [check])


def found(
    check: type[Check], lines: Iterable[Line], incident: str | None = CRISIS, at: float = 1000, **known: Any
) -> list[tuple[str, str, tuple[int, ...]]]:
    """The findings of one check on a log, as (rule, severity, indexes)."""
    return [summary(finding) for finding in verdict_on(check, lines, incident, at, **known).findings]


def summary(finding: Finding) -> tuple[str, str, tuple[int, ...]]:
    """A finding without its words."""
    return finding.rule, finding.severity.value, finding.indexes


def said(hours: float) -> str:
    """A time as fields say it."""
    return hour(hours).isoformat()


def later(seconds: float) -> float:
    """Seconds as hours."""
    return timedelta(seconds=seconds) / timedelta(hours=1)
