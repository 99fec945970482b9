"""Texts as checks compare them: by their hashes, since words of people may be erased and are never kept."""

from collections.abc import Iterable

from projections.event import Event
from projections.reconciliation.normalised import text_digest
from projections.update_history import text_hash

_WORDS = ("text", "internal_text", "new_text", "new_internal_text", "after")

Hashes = frozenset[str]
"""The SHA-256 of a text over its NFC, and of the text without markup."""


def hashes(text: str) -> Hashes:
    """Return both hashes under which a text may be named."""
    return frozenset({text_hash(text), text_digest(text)})


def said(event: Event) -> list[Hashes]:
    """Return the hashes of every text that an event gives an update or content: its words, then its translations."""
    words = [text for name in _WORDS if (text := event.text(name)) is not None]
    return [hashes(text) for text in (*words, *_translations(event))]


def seen(event: Event) -> Hashes:
    """Return the hashes of what an observation saw."""
    digest, words = event.text("after_sha"), event.text("after")
    return (frozenset() if digest is None else frozenset({digest})) | (frozenset() if words is None else hashes(words))


def _translations(event: Event) -> Iterable[str]:
    for name in ("translations", "internal_translations"):
        listed = event.value(name)
        for item in listed if isinstance(listed, list) else ():
            text = item.get("text") if isinstance(item, dict) else None
            if isinstance(text, str):
                yield text
