"""A snapshot as it comes over the wire: a header, then one item a line."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from events.faults import Fault, Refused, pointer
from events.strict import JsonObject
from events.times import Timestamp, read_time
from events.vocabulary.fields import ExternalId, Label, Language, Platform, Sha256, Text, Url, Who, Window
from events.vocabulary.snapshot import Counts
from projections.reconciliation.normalised import text_digest

FORMAT = "snapshot/1"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Header(_Line):
    """What was captured of which account or page, when and how. `file_sha256`: of the file as it was captured."""

    snapshot: Literal["snapshot/1"]
    platform: Platform
    account: Label
    kind: Literal["account", "page"]
    window: Window
    taken_at: Timestamp
    completeness: Literal["complete", "partial", "counts_only"]
    file_sha256: Sha256
    captured_with: Label | None = None
    url: Url | None = None
    counts: Counts | None = None


class ContentItem(_Line):
    """A comment or reply as an account shows it, with its words or their hash; not `visible`: nobody else sees it."""

    kind: Literal["comment", "reply"]
    external_id: ExternalId
    text: Text | None = None
    text_sha256: Sha256 | None = None
    visible: bool
    created_at: Timestamp | None = None
    edited_at: Timestamp | None = None
    moderated: Literal["hidden", "removed"] | None = None
    moderated_by: Who | None = None

    @property
    def digest(self) -> str | None:
        """Return the digest by which the words are compared."""
        return self.text_sha256 if self.text is None else text_digest(self.text)


class UpdateItem(_Line):
    """An update as a page shows it, in its incident, under the time that it says there."""

    kind: Literal["update"]
    external_id: Label
    incident: Label
    title: Label
    text: Text
    status: Label | None = None
    shown_at: Timestamp
    lang: Language | None = None

    @property
    def digest(self) -> str:
        """Return the digest by which the words are compared."""
        return text_digest(self.text)


class IncidentItem(_Line):
    """An incident that a page shows."""

    kind: Literal["incident"]
    external_id: Label
    title: Label


Item = ContentItem | UpdateItem | IncidentItem
_ACCOUNT: TypeAdapter[Item] = TypeAdapter(ContentItem)
_PAGE: TypeAdapter[Item] = TypeAdapter(Annotated[UpdateItem | IncidentItem, Field(discriminator="kind")])


def read_header(document: JsonObject) -> Header:
    """Read the header. Raises `Refused` with a pointer for every fault."""
    try:
        header = Header.model_validate(document)
    except ValidationError as error:
        raise Refused(_faults(error, ())) from None
    if read_time(header.window.to) < read_time(header.window.from_):
        raise Refused([Fault("/window/to", "before its beginning")])
    if header.completeness == "counts_only" and not header.counts:
        raise Refused([Fault("/counts", "a snapshot of totals needs them")])
    return header


def read_item(header: Header, document: JsonObject) -> Item:
    """Read an item of an account or a page. Raises `Refused` with a pointer for every fault."""
    if header.completeness == "counts_only":
        raise Refused([Fault("", "a snapshot of totals has no items")])
    reader = _ACCOUNT if header.kind == "account" else _PAGE
    kinds: Sequence[str] = ("comment", "reply") if header.kind == "account" else ("update", "incident")
    if document.get("kind") not in kinds:
        raise Refused([Fault("/kind", f"an item of this kind of snapshot is one of {', '.join(kinds)}")])
    try:
        return reader.validate_python(document)
    except ValidationError as error:
        raise Refused(_faults(error, kinds)) from None


def _faults(error: ValidationError, branches: Sequence[str]) -> list[Fault]:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        Fault(
            pointer(*(step for step in one["loc"] if str(step) not in branches)),
            one["msg"].removeprefix("Value error, "),
        )
        for one in found
    ]
