"""What `POST …/snapshots` takes: a header, then items, one JSON object a line each."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from events.faults import Fault, Refused, pointer
from events.strict import JsonObject
from events.times import Timestamp
from events.vocabulary.fields import ExternalId, Label, Language, Platform, Sha256, Text, Url, Who, Window
from events.vocabulary.snapshot import Counts

FORMAT: Literal["snapshot/1"] = "snapshot/1"
Kind = Literal["account", "page"]
Completeness = Literal["complete", "partial", "counts_only"]


class Part(BaseModel):
    """One line of a snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Header(Part):
    """Which account or page was captured, when, and how much of it. `file_sha256`: of the capture, as it was kept."""

    snapshot: Literal["snapshot/1"] = FORMAT
    platform: Platform
    account: Label
    kind: Kind
    window: Window
    taken_at: Timestamp
    completeness: Completeness
    file_sha256: Sha256
    captured_with: Label | None = None
    url: Url | None = None
    counts: Counts | None = None


class ContentItem(Part):
    """A comment or reply as an account showed it."""

    kind: Literal["comment", "reply"]
    external_id: ExternalId
    visible: bool
    text: Text | None = None
    text_sha256: Sha256 | None = None
    created_at: Timestamp | None = None
    edited_at: Timestamp | None = None
    moderated: Literal["hidden", "removed"] | None = None
    moderated_by: Who | None = None


class IncidentItem(Part):
    """An incident that a page showed."""

    kind: Literal["incident"] = "incident"
    external_id: Label
    title: Label


class UpdateItem(Part):
    """An update that a page showed under an incident. `shown_at`: the time that the page gave it."""

    kind: Literal["update"] = "update"
    external_id: Label
    incident: Label
    title: Label
    text: Text
    status: Label | None = None
    shown_at: Timestamp
    lang: Language | None = None


Item = ContentItem | IncidentItem | UpdateItem
KINDS: dict[Kind, frozenset[str]] = {
    "account": frozenset({"comment", "reply"}),
    "page": frozenset({"incident", "update"}),
}
_ITEM: TypeAdapter[Item] = TypeAdapter(Annotated[Item, Field(discriminator="kind")])


def read_item(header: Header, document: JsonObject) -> Item:
    """Read one item. Raises `Refused` with the place of every fault."""
    if document.get("kind") not in KINDS[header.kind]:
        raise Refused([Fault("/kind", f"an item of this kind of snapshot is one of {', '.join(KINDS[header.kind])}")])
    try:
        return _ITEM.validate_python(document)
    except ValidationError as error:
        raise Refused(list(_faults(error, below=1))) from None


def read_header(document: JsonObject) -> Header:
    """Read a header. Raises `Refused` with the place of every fault."""
    try:
        return Header.model_validate(document)
    except ValidationError as error:
        raise Refused(list(_faults(error, below=0))) from None


def _faults(error: ValidationError, below: int) -> Iterator[Fault]:
    """Translate pydantic's errors, without the input. `below`: steps that name the branch of the union."""
    for found in error.errors(include_url=False, include_input=False, include_context=False):
        sentence = {"missing": "this field is required", "extra_forbidden": "a snapshot has no such field here"}
        if found["type"].startswith("union_tag"):
            kinds = ", ".join(sorted(set().union(*KINDS.values())))
            yield Fault("/kind", f"expected one of {kinds}")
        else:
            yield Fault(pointer(*found["loc"][below:]), sentence.get(found["type"], found["msg"]))
