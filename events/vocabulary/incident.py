"""Incidents: one crisis, from its opening to its closure."""

from typing import Literal

from pydantic import Field

from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Detail, Label, Prose, Several
from events.vocabulary.payload import EVERY_PRACTICE, P6, Payload


class ChecklistItem(Detail):
    """One point to be settled before an incident is closed."""

    item: Prose
    done: bool
    note: Prose | None = None


class IncidentStep(Payload, practice=EVERY_PRACTICE, incident=True):
    """A step in the life of the incident that the subject names. Levels of severity are the organisation's own."""

    reason: Internal[Prose]


class IncidentOpened(IncidentStep, type="incident.opened"):
    """A crisis was declared."""

    severity: Public[Code]
    title: Public[Label | None] = None


class IncidentSeverityChanged(IncidentStep, type="incident.severity_changed"):
    """The crisis turned out worse, or less bad."""

    from_: Public[Code] = Field(alias="from")
    to: Public[Code]


class IncidentTitleChanged(IncidentStep, type="incident.title_changed"):
    """The crisis got another name."""

    from_: Public[Label] = Field(alias="from")
    to: Public[Label]


class IncidentMerged(IncidentStep, type="incident.merged"):
    """The incident goes on as a part of another."""

    other_incident: Public[Label]


class IncidentSplit(IncidentStep, type="incident.split"):
    """A part of the incident goes on as another."""

    other_incident: Public[Label]


class IncidentResolved(IncidentStep, type="incident.resolved"):
    """The cause is gone; the conversation may go on."""


class IncidentClosed(IncidentStep, type="incident.closed"):
    """Nothing is left to do, as the checklist shows."""

    checklist: Internal[Several[ChecklistItem]]


class IncidentReopened(IncidentStep, type="incident.reopened"):
    """It was not over."""


class IncidentLinked(Payload, type="incident.linked", practice=P6, incident=True):
    """The incident has to do with another."""

    other_incident: Public[Label]
    relation: Public[Literal["same_root_cause", "recurrence_of", "duplicate"]]
    reason: Internal[Prose | None] = None
