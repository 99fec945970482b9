"""What a check finds: which rule is broken, by which events, in plain words, and what would settle it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from events.visibility import Internal, Public
from projections.shown import Shown

Told = int | float | str
"""What an explanation may say: a number, a time, a word of the vocabulary or of a list. Never what people wrote."""

Facts = dict[str, Any]
"""What fills a sentence, by the names that stand in it: each is `Told`."""


class Severity(StrEnum):
    """What a finding does to the verdict."""

    INFO = "info"
    """Nothing: it is told, so that nobody has to ask."""
    WARNING = "warning"
    """It can't be CERTIFIED."""
    FAILURE = "failure"
    """It is FAILED."""


class Words(NamedTuple):
    """A sentence, in English and in French; `{names}` in it stand for facts."""

    en: str
    fr: str

    @property
    def by_language(self) -> dict[str, str]:
        """Return the sentence by language, as it is."""
        return {"en": self.en, "fr": self.fr}

    def filled(self, **facts: Told) -> dict[str, str]:
        """Return the sentence by language, with its facts."""
        return {"en": self.en.format(**facts), "fr": self.fr.format(**facts)}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a check looks for. `settled_by`: the type of the event that would settle it, if one would."""

    name: str
    severity: Severity
    words: Words
    settled_by: str | None = None


class Finding(Shown):
    """A broken rule. `indexes` are the events that show it, the first of them the one that is at fault.

    `subject` is the object it is about, as `<kind>|<id>`. `settled`: the event that settled it; then it is told as
    information, however severe it was.
    """

    code: Public[str]
    rule: Public[str]
    severity: Public[Severity]
    subject: Internal[str | None]
    indexes: Public[tuple[int, ...]]
    explanation: Public[dict[str, str]]
    settled_by: Public[str | None]
    settled: Public[int | None]
