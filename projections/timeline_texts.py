"""The words of an event: which of its fields a timeline shows as its text, and searches."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from events.vocabulary import VOCABULARY
from projections.event import Event

_FIELDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "comment.edited_by_author": ("after",),
        "reply.edited": ("after",),
        "reply.observed_changed": ("after",),
        "update.observed_changed": ("after",),
        "update.corrected": ("new_text", "new_internal_text", "what_was_wrong", "reason"),
        "update.published": ("text", "internal_text"),
        "comment.hidden": ("reason_text",),
        "comment.removed": ("reason_text",),
        "comment.unhidden": ("reason_text",),
        "comment.restored": ("reason_text",),
        "comment.outcome_set": ("outcome", "reason"),
        "comment.classified": ("label",),
        "appeal.decided": ("outcome", "reason"),
        "sentiment.assessed": ("label",),
        "concern.linked": ("theme",),
        "commitment.made": ("promise", "internal_promise"),
        "theme.identified": ("title", "definition"),
        "theme.renamed": ("title", "definition", "reason"),
        "theme.merged": ("into", "reason"),
        "decision.recorded": ("question", "choice", "rationale"),
        "escalation.raised": ("level", "reason"),
        "incident.opened": ("title", "reason"),
        "incident.title_changed": ("to", "reason"),
        "incident.severity_changed": ("to", "reason"),
        "root_cause.identified": ("cause",),
        "root_cause.revised": ("cause", "reason"),
        "preventive_action.proposed": ("what",),
        "rumour.identified": ("claim",),
        "rumour.rebutted": ("claim",),
        "solution.offered": ("what",),
        "solution.proposed": ("what",),
        "feedback.received": ("comment",),
        "event.corrected": ("field", "to", "reason"),
        "event.disputed": ("claim",),
        "drill.finished": ("result",),
        "monitor.configured": ("query", "reason"),
        "surge.detected": ("series",),
        "surge.ended": ("series",),
        "press.inquiry_received": ("outlet", "question"),
        "interview.given": ("outlet", "text"),
    }
)
_OTHERWISE = (
    "text",
    "what",
    "lesson",
    "reason_text",
    "reason",
    "grounds",
    "note",
    "error",
    "plan_step",
    "role",
    "monitor",
)
"""Of all other types: those of these fields that the type has."""
_ENOUGH = 2


@lru_cache(maxsize=1024)
def text_fields(type_: str) -> Sequence[str]:
    """Return the names of the fields that hold an event type's words, the main one first."""
    if (told := _FIELDS.get(type_)) is not None:
        return told
    payload = VOCABULARY.get(type_)
    if payload is None:
        return ("text",)
    return tuple(name for name in _OTHERWISE if name in payload.model_fields)[:_ENOUGH]


def texts(event: Event) -> list[str]:
    """Return an event's words as far as they are open, each field once."""
    return [text for name in text_fields(event.type) if (text := event.text(name))]


def speaks_of(event: Event, words: str) -> bool:
    """Tell whether an event's words hold `words`, which are casefolded, whatever the case."""
    return any(words in text.casefold() for text in texts(event))
