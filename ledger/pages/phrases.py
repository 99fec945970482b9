"""What each event type is called in a sentence, and its icon."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ledger.pages.languages import said


class Phrase(NamedTuple):
    """An icon of the sprite, and what happened, as an actor's act: (somebody) hid a comment."""

    icon: str
    words: str


PHRASES: Mapping[str, Phrase] = MappingProxyType({"comment.received": Phrase("comment", said("Comment received"))})


def phrase(type_: str) -> Phrase:
    """Return the phrase of an event type; of one that the vocabulary lacks, its name."""
    return PHRASES.get(type_) or Phrase("list", type_)
