"""What the bare programs read: strict JSON and a pydantic model, as a careful service without a ledger would."""

import json
from typing import Any, Literal, NoReturn

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Author(BaseModel):
    """Who wrote a comment."""

    model_config = ConfigDict(extra="forbid")
    id: str
    handle: str | None = None
    name: str | None = None
    kind: str | None = None


class Comment(BaseModel):
    """A comment."""

    model_config = ConfigDict(extra="forbid")
    platform: str
    external_id: str
    author: Author
    in_reply_to: str | None
    text: str
    lang: str


class Event(BaseModel):
    """A CloudEvent that holds a comment."""

    model_config = ConfigDict(extra="allow")
    specversion: Literal["1.0"]
    type: Literal["comment.received"]
    source: str
    id: str
    time: AwareDatetime
    subject: str
    data: Comment


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


DECODE = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse).decode
"""Decode text, refusing duplicate keys and what isn't a number."""
