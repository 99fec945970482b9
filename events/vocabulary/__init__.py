"""The vocabulary: every event type, one small class each, in one module a family."""

from difflib import get_close_matches
from functools import lru_cache

from events.faults import Fault, Refused
from events.visibility import Visibility
from events.vocabulary import (
    access,
    appeal,
    comment,
    commitment,
    correction,
    escalation,
    evidence,
    incident,
    ingest,
    law,
    lesson,
    moderation,
    monitor,
    observation,
    plan,
    policy,
    press,
    reply,
    review,
    role,
    rumour,
    signal,
    snapshot,
    solution,
    step,
    theme,
    update,
)
from events.vocabulary.custom import Custom, custom_payload
from events.vocabulary.payload import VOCABULARY, Payload, Practice

__all__ = ["VOCABULARY", "Custom", "Payload", "Practice", "about", "payload_of", "visibility_of"]

FAMILIES = (
    incident,
    signal,
    monitor,
    plan,
    role,
    step,
    escalation,
    comment,
    reply,
    theme,
    solution,
    commitment,
    update,
    press,
    rumour,
    moderation,
    appeal,
    review,
    lesson,
    policy,
    evidence,
    snapshot,
    observation,
    correction,
    law,
    access,
    ingest,
)
"""The modules of the vocabulary, in reading order."""

_OF_ENVELOPE = {"id": Visibility.INTERNAL, "time": Visibility.PUBLIC}


def payload_of(name: str) -> type[Payload]:
    """Return the payload class of an event type. Raises `Refused` at `/type`, naming the nearest known types."""
    payload = VOCABULARY.get(name) or custom_payload(name)
    if payload is None:
        near = get_close_matches(name, VOCABULARY, n=3, cutoff=0.5)
        hint = f"nearest: {', '.join(near)}" if near else "types of your own are named custom.<name>"
        raise Refused([Fault("/type", f"the vocabulary has no such type; {hint}")])
    return payload


def about(type_name: str) -> tuple[str, str] | None:
    """Return the kind of object that events of a type are about, and the field that names it; None for no object."""
    payload = VOCABULARY.get(type_name)
    return payload.about if payload else None


@lru_cache(maxsize=16384)
def visibility_of(type_name: str, field: str) -> Visibility:
    """Return who may see a sealed field of an event. Whatever is unknown counts as personal."""
    payload = VOCABULARY.get(type_name) or Custom
    if field in _OF_ENVELOPE:
        return _OF_ENVELOPE[field]
    if field == "actor":
        return payload.actor_visibility
    return payload.visibility.get(field, Visibility.PERSONAL)
