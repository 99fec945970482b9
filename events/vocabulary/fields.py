"""The kinds of values that the fields of the vocabulary hold."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from events.times import Timestamp

T = TypeVar("T")

Prose = Annotated[str, Field(max_length=100_000, pattern=r"\S")]
"""Text for people to read, not blank."""
Text = Annotated[str, Field(max_length=100_000)]
"""What a comment or reply says; empty where it is only a picture."""
Label = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A name or an id in one line, as others gave it."""
Code = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""A word of a list that the organisation keeps: a reason code, a level of severity."""
Platform = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
"""A platform, in lower case so that it counts once: x, facebook, mastodon."""
Url = Annotated[str, Field(max_length=2048, pattern=r"^https?://[^\s<>\"]+$")]
"""A web address; no other scheme, because pages link to it."""
Language = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$")]
"""A language tag (BCP 47)."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hex; of a text, over its UTF-8 bytes after NFC."""
EventIndex = Annotated[int, Field(ge=0, lt=2**53)]
"""Another event of this ledger, by its index."""
Count = Annotated[int, Field(ge=0, lt=2**53)]
"""How many."""
Share = Annotated[float, Field(ge=0, le=1)]
"""From 0, not at all, to 1, wholly: how sure a model is, a part of a whole."""
Root = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")]
"""A Merkle tree's root in base64, as a checkpoint shows it."""
ExternalId = Label
"""What a platform calls a comment, reply or thread."""
Who = Label
"""A person, role, team or service, by the organisation's own name for it."""
PolicyRef = Label
"""A clause of a policy in the version then in force, as `community-rules@4#3.2`."""
Evidence = EventIndex | Sha256 | Url
"""What bears out a statement: an event of this ledger by its index, a file by its SHA-256, or a web address."""
Several = Annotated[tuple[T, ...], Field(strict=False, max_length=10_000)]
"""A JSON list of these."""
Parameters = Annotated[dict[Label, str | float | bool | None], Field(max_length=100)]
"""Named settings: an object of texts, numbers and booleans."""


class Detail(BaseModel):
    """An object inside an event's data. Who may see it is said by the field that holds it, for the whole of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Window(Detail):
    """A span of time, from its beginning to before its end."""

    from_: Timestamp = Field(alias="from")
    to: Timestamp


class IndexRange(Detail):
    """The events from one index to another, both included."""

    from_: EventIndex = Field(alias="from")
    to: EventIndex


def absent() -> PydanticCustomError:
    """Return the error of a field that is required because of what another says; the envelope names its place."""
    return PydanticCustomError("missing", "Field required")
