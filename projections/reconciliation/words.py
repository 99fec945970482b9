"""The words that events hold, by the digests under which a snapshot may know them."""

import unicodedata
from collections.abc import Iterator
from hashlib import sha256

from projections.event import Event
from projections.reconciliation.normalised import text_digest

_FIELDS = ("text", "after", "new_text")


def digests_of(event: Event) -> tuple[str, ...]:
    """Return the digests of what an event says for the public: of the normalised words, then of them as they are."""
    words = list(_words(event))
    return (
        *map(text_digest, words),
        *(sha256(unicodedata.normalize("NFC", text).encode()).hexdigest() for text in words),
    )


def _words(event: Event) -> Iterator[str]:
    yield from (text for field in _FIELDS if (text := event.text(field)) is not None)
    translations = event.value("translations")
    for one in translations if isinstance(translations, list) else ():
        if isinstance(one, dict) and isinstance(one.get("text"), str):
            yield one["text"]
