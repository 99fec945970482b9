"""The subject of an erasure: a person as an account on a platform, and the hash by which the log knows them."""

from hashlib import sha256
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from events.canonical import canonical
from events.vocabulary.fields import Label, Platform


class Subject(BaseModel):
    """An account on a `platform`, by the `author` id that its comments carry, by its `handle`, or by both."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    platform: Platform
    author: Label | None = None
    handle: Label | None = None

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if self.author is None and bare_handle(self.handle) is None:
            raise ValueError("name the author's id, the handle, or both")
        return self

    @property
    def hash(self) -> str:
        """Return SHA-256, in hex, over the RFC 8785 form of what names the subject, the handle without its @."""
        named = {"platform": self.platform, "author": self.author, "handle": bare_handle(self.handle)}
        return sha256(canonical({name: value for name, value in named.items() if value is not None})).hexdigest()


def author_hash(author: str) -> str:
    """Return the `author_id_hash` of measures against an author: SHA-256 of the id in UTF-8, in hex."""
    return sha256(author.encode()).hexdigest()


def bare_handle(handle: str | None) -> str | None:
    """Return a handle without the @ that some write before it; None where nothing is left."""
    return (handle or "").removeprefix("@") or None
