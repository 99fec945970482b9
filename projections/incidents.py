"""Incidents: one row each, for lists and headers."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field

from projections.event import Event
from projections.projection import Projection, Row, RowKey

STATUS: Mapping[str, str] = MappingProxyType(
    {
        "incident.opened": "open",
        "incident.reopened": "open",
        "incident.resolved": "resolved",
        "incident.closed": "closed",
        "incident.merged": "merged",
    }
)


class IncidentRow(Row):
    """An incident as it stands. `events` counts its chain, `counts` by type; the indexes are the first and last.

    Every figure can be followed to its events: `GET /events?incident=…&type=…` lists the ones behind a count.
    """

    incident: str
    title: str | None = None
    severity: str | None = None
    status: str = "unopened"
    first_index: int
    last_index: int
    first_accepted_at: str
    last_accepted_at: str
    events: int = 0
    counts: dict[str, int] = Field(default_factory=dict)


class Incidents(Projection[IncidentRow]):
    """One row an incident, from the first event that names it, whether it was opened or not."""

    name = "incidents"
    version = 1
    row = IncidentRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the event's incident. What was only linked is none of its chain."""
        if event.incident is not None and event.linked_by is None:
            yield RowKey(event.incident, "")

    def fold(self, row: IncidentRow | None, key: RowKey, event: Event) -> IncidentRow:
        """Count the event and take over what it says of the incident itself."""
        before = row or IncidentRow(
            incident=key.incident,
            first_index=event.index,
            last_index=event.index,
            first_accepted_at=event.accepted_at,
            last_accepted_at=event.accepted_at,
        )
        counts = {**before.counts, event.type: before.counts.get(event.type, 0) + 1}
        told: dict[str, Any] = {
            "last_index": event.index,
            "last_accepted_at": event.accepted_at,
            "events": before.events + 1,
            "counts": counts,
            **told_of_incident(event),
        }
        return before.changed(told)


def told_of_incident(event: Event) -> dict[str, Any]:
    """Return what an event says of the incident itself: its `status`, `title`, `severity`."""
    told: dict[str, Any] = {}
    if event.type in STATUS:
        told["status"] = STATUS[event.type]
    if event.type == "incident.opened":
        told |= {"title": event.text("title"), "severity": event.text("severity")}
    elif event.type == "incident.title_changed":
        told["title"] = event.text("to")
    elif event.type == "incident.severity_changed":
        told["severity"] = event.text("to")
    return told
