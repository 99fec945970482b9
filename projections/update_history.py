"""An update with all its versions, from facts in the order of their times, whichever was recorded first."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from projections.facts import Fact, FactsRow

Kind = Literal["published", "published_again", "corrected", "observed", "observed_changed"]


class Version(NamedTuple):
    """A version of an update: how it came about, when, by which event, and its words in their language.

    What was `observed` is an update that a page showed and nobody had recorded, as it first read there.

    `before` are the words that stood until then for the same readers in the same language, None where none are known.
    `declared_by`: of a change observed outside, the correction that says the same.
    """

    kind: Kind
    at: datetime
    fact: Fact
    audience: str
    text: str | None
    before: str | None
    declared_by: int | None

    @property
    def public(self) -> bool:
        """Return whether its words are for the public."""
        return self.audience == "public"

    @property
    def undeclared(self) -> bool:
        """Return whether it was seen outside, and nobody declared it."""
        return self.kind in _SEEN and self.declared_by is None


_KINDS: dict[str, Kind] = {
    "update.published": "published",
    "update.corrected": "corrected",
    "update.observed": "observed",
    "update.observed_changed": "observed_changed",
}
_SEEN = frozenset({"observed", "observed_changed"})


def versions(row: FactsRow) -> list[Version]:
    """Return the versions of an update by time. Words of one audience are never compared with those of another."""
    dated = sorted(
        ((_when(fact), fact.event, fact) for fact in row.facts if fact.type in _KINDS), key=lambda one: one[:2]
    )
    declared = {text: fact.event for _, event, fact in reversed(dated) if (text := _declared(fact))}
    standing: dict[tuple[bool, str | None], str] = {}
    found: list[Version] = []
    origin: str | None = None
    for at, _, fact in dated:
        kind, audience = _KINDS[fact.type], fact.text("audience") or "public"
        public = audience == "public"
        if kind == "published":
            origin = fact.text("lang")
            kind = "published_again" if any(one.kind == "published" for one in found) else kind
        text, lang = words(fact), fact.text("lang") or origin
        seen = declared.get(text) if kind in _SEEN and text is not None else None
        found.append(Version(kind, at, fact, audience, text, standing.get((public, lang)), seen))
        if text is not None:
            standing[public, lang] = text
        for other in translations(fact):
            standing[public, other["lang"]] = other["text"]
    return found


def _declared(fact: Fact) -> str | None:
    """Return the public words that an event declares an update to have."""
    return fact.text("text") if fact.type == "update.published" else fact.text("new_text")


def words(fact: Fact) -> str | None:
    """Return the words that an event gives an update, whoever they are for."""
    names = ("text", "internal_text", "new_text", "new_internal_text", "after")
    return next((text for name in names if (text := fact.text(name)) is not None), None)


def translations(fact: Fact) -> Sequence[dict[str, str]]:
    """Return the translations that an event gives an update, whoever they are for."""
    return [*fact.items("translations"), *fact.items("internal_translations")]


def publications(row: FactsRow) -> list[Fact]:
    """Return when the update was published, by time."""
    return [fact for fact in row.told() if fact.type == "update.published"]


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text, over UTF-8 after NFC."""
    return sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def _when(fact: Fact) -> datetime:
    return (fact.time("seen_at") if _KINDS.get(fact.type) in _SEEN else None) or fact.at
