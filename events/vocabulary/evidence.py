"""Evidence: files kept as proof, what platforms showed, and how that compares with the ledger."""

from typing import Annotated, Literal

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Count, EventIndex, Label, Platform, Prose, Sha256, Url, Window
from events.vocabulary.payload import P5, Payload

MediaType = Annotated[str, Field(max_length=128, pattern=r"^[a-z0-9.+-]+/[A-Za-z0-9.+-]+$")]
Findings = Annotated[dict[Code, Count], Field(max_length=100)]


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


class SnapshotImported(Payload, type="snapshot.imported", practice=P5):
    """What an account showed on a platform during a window was imported, as the file of that hash holds it.

    `completeness` is a claim: everything, a part of it, or only totals.
    """

    platform: Public[Platform]
    account: Public[Label]
    window: Public[Window]
    file_sha256: Public[Sha256]
    completeness: Public[Literal["complete", "partial", "counts_only"]]
    items: Public[Count | None] = None


class ReconciliationCompleted(
    Payload, type="reconciliation.completed", practice=P5, about=("reconciliation", "reconciliation_id")
):
    """A platform's snapshots were compared with the ledger; `findings` counts the results by their kind."""

    reconciliation_id: Internal[Label]
    platform: Public[Platform]
    account: Public[Label]
    window: Public[Window]
    findings: Public[Findings]
    snapshot: Internal[EventIndex | None] = None
