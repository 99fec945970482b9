"""What stands on a platform, comment or reply: the fields that both share."""

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Count, Detail, ExternalId, Label, Language, Platform, Sha256, Text, Url
from events.vocabulary.payload import Payload


class Author(Detail):
    """Who wrote a content, as far as the platform tells."""

    id: Label
    handle: Label | None = None
    name: Label | None = None
    kind: Code | None = None


class Media(Detail):
    """A picture, film or file that belongs to a content. `alt` is its description in words."""

    url: Url | None = None
    sha256: Sha256 | None = None
    alt: Text | None = None


class Metrics(Detail):
    """What the platform counted when the content was fetched."""

    likes: Count | None = None
    shares: Count | None = None
    replies: Count | None = None
    views: Count | None = None


class Content(Payload, about=("content", "external_id")):
    """A content of a platform. Author, words and pictures are left to each side: ours are public, others' personal."""

    platform: Public[Platform]
    external_id: Internal[ExternalId]
    account: Public[Label | None] = None
    external_root_id: Internal[ExternalId | None] = None
    lang: Public[Language | None] = None
    created_at: Internal[Timestamp | None] = None
    edited_at: Internal[Timestamp | None] = None
    revision: Internal[Count | None] = None
    metrics: Internal[Metrics | None] = None
    channel: Public[Label | None] = None
