"""Evidence: files kept as proof."""

from typing import Annotated

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal
from events.vocabulary.fields import Count, EventIndex, Label, Prose, Sha256, Url
from events.vocabulary.payload import P5, Payload

MediaType = Annotated[str, Field(max_length=128, pattern=r"^[a-z0-9.+-]+/[A-Za-z0-9.+-]+$")]


class EvidenceAttached(Payload, type="evidence.attached", practice=P5, about=("event", "target_event")):
    """A file of so many bytes was kept as proof, of `target_event` if of one."""

    sha256: Internal[Sha256]
    bytes: Internal[Count]
    media_type: Internal[MediaType | None] = None
    captured_at: Internal[Timestamp | None] = None
    capture_tool: Internal[Label | None] = None
    url: Internal[Url | None] = None
    target_event: Internal[EventIndex | None] = None
    note: Internal[Prose | None] = None
