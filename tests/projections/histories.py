"""Logs as nobody would wish them: replies before their parents, corrections before what they correct, wild links."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from events.claims import Fact
from events.envelope import Posted
from events.vocabulary import VOCABULARY
from ledger.core.edge import Edge
from ledger.core.merkle import EMPTY_ROOT
from ledger.sequencer.draft import Draft, Unit, draft_event
from ledger.sequencer.placement import Placement, claimed, needs, place
from ledger.sequencer.tip import Tip
from projections import PROJECTIONS
from projections.event import Event, read_event
from tests.events.vocabulary_examples import EXAMPLES
from tests.sequencer.drafts import NOW, record

INCIDENTS = (None, "paris", "lyon")
SOURCES = ("urn:connector:x", "urn:connector:y")
TYPES = (
    "comment.received",
    "comment.edited_by_author",
    "comment.deleted_by_author",
    "comment.hidden",
    "comment.unhidden",
    "comment.removed",
    "comment.restored",
    "comment.classified",
    "comment.acknowledged",
    "comment.assigned",
    "comment.unassigned",
    "comment.outcome_set",
    "comment.observed_missing",
    "sentiment.assessed",
    "theme.identified",
    "concern.linked",
    "reply.posted",
    "reply.edited",
    "reply.withdrawn",
    "update.published",
    "update.corrected",
    "update.withdrawn",
    "event.corrected",
    "event.disputed",
    "event.linked",
    "note.added",
    "note.corrected",
    "incident.opened",
    "incident.title_changed",
    "incident.closed",
    "incident.reopened",
    "plan.published",
    "plan.activated",
    "plan.deactivated",
    "step.completed",
    "step.skipped",
    "step.overdue",
    "thread.locked",
    "thread.unlocked",
    "author.blocked",
    "appeal.received",
    "appeal.decided",
    "rule.auto_moderated",
    "report.received",
    "theme.renamed",
    "theme.merged",
    "solution.proposed",
    "solution.offered",
    "solution.rejected",
    "commitment.made",
    "commitment.due_changed",
    "commitment.kept",
    "commitment.missed",
    "escalation.raised",
    "escalation.acknowledged",
    "escalation.expired",
    "cadence.missed",
    "source.silent",
    "surge.detected",
    "surge.ended",
    "plan.revised",
    "role.assigned",
    "role.accepted",
    "role.handed_over",
    "role.released",
    "step.started",
    "decision.recorded",
    "monitor.failed",
    "monitor.recovered",
    "drill.started",
    "drill.finished",
    "update.drafted",
    "update.observed",
    "update.observed_changed",
    "update.observed_missing",
    "checks.configured",
    "press.inquiry_received",
    "interview.given",
    "rumour.rebutted",
    "commitment.cancelled",
    "feedback.received",
    "incident.linked",
    "root_cause.identified",
    "root_cause.rejected",
    "contributing_factor.recorded",
    "review.held",
    "preventive_action.proposed",
    "preventive_action.assigned",
    "preventive_action.completed",
    "preventive_action.verified",
    "lesson.recorded",
    "lesson.acknowledged",
    "ingest.gap_detected",
)
# What one event says of another: an object that may come later or never, an index that is mostly there.
_OBJECTS = {
    **dict.fromkeys(("external_id", "target", "in_reply_to"), "c"),
    **dict.fromkeys(("lesson_id", "because"), "l"),
    "update_id": "u",
    "theme": "t",
    "solution_id": "s",
    "commitment_id": "p",
    "action_id": "a",
}
_INDEXES = {"target_event", "action_event", "cause", "last_update", "escalation", "inquiry", "last_event"}


class Step(NamedTuple):
    """One event to post; `id` decides whether it repeats an earlier one."""

    id: int
    type: str
    incident: str | None
    source: str
    sequence: int | None
    object: int
    target: int
    minutes: int


def of_types(types: Sequence[str]) -> st.SearchStrategy[list[Step]]:
    """Histories of events of these types."""
    return st.lists(
        st.builds(
            Step,
            st.integers(0, 40),
            st.sampled_from(types),
            st.sampled_from(INCIDENTS),
            st.sampled_from(SOURCES),
            st.none() | st.integers(1, 6),
            st.integers(0, 3),
            st.integers(0, 30),
            st.integers(-2000, 2000),
        ),
        min_size=1,
        max_size=24,
    )


# A bit of everything, or all that one projection looks at.
_OF_ONE_PROJECTION = [(*sorted(projection.types), "event.linked") for projection in PROJECTIONS if projection.types]
histories = of_types(TYPES) | st.sampled_from(_OF_ONE_PROJECTION).flatmap(of_types)


def posted(step: Step, place: int) -> Draft:
    """The event of a step, as a poster sends it behind `place` others."""
    fields: dict[str, Any] = dict(EXAMPLES[step.type])
    for name, letter in _OBJECTS.items():
        if fields.get(name) is not None:
            fields[name] = f"{letter}-{step.object}"
    for name in _INDEXES & fields.keys():
        fields[name] = step.target % (place + 2)
    for name in ("comments", "cascade_ids"):
        if name in fields:
            fields[name] = [f"c-{step.object}", f"c-{step.object + 1}"]
    time = NOW + timedelta(minutes=step.minutes)
    fields |= {"id": str(step.id), "time": time.isoformat()}
    incident = step.incident or ("paris" if VOCABULARY[step.type].needs_incident else None)
    return draft_event(
        Posted(str(step.id), step.source, step.type, incident, step.sequence, time, fields, recorded_by_service=False)
    )


def lay(history: Sequence[Step]) -> Placement:
    """The log that a history makes. What is refused (an id used before, what can't be true) is left out, as always."""
    units = [Unit([posted(step, place)]) for place, step in enumerate(history)]
    incidents, sources = needs(units)
    states = [state for claims in claimed(units) for state in claims.states()]
    tip = Tip(
        Edge.empty(),
        EMPTY_ROOT,
        "",
        dict.fromkeys(incidents),
        dict.fromkeys(sources),
        dict[bytes, Fact | None].fromkeys(states),
    )
    return place(units, tip, "2026-11-22T14:00:00.000000Z", {}, record)


def events_of(placement: Placement) -> list[Event]:
    """The log as folds see it."""
    return [read_event(index, event.entry, event.openings) for index, event in enumerate(placement.events)]
