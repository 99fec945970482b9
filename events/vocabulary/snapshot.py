"""Snapshots: what a platform account or a public page showed at one moment, and how that compares with the ledger."""

from typing import Annotated, Literal

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Count, EventIndex, Label, Platform, Sha256, Url, Window
from events.vocabulary.payload import P5, Payload

Counts = Annotated[dict[Code, Count], Field(max_length=100)]


class SnapshotImported(Payload, type="snapshot.imported", practice=P5, recorded_by_service=True):
    """What an account or a page showed was imported: the contents made in the window, as they stood at `taken_at`.

    `file_sha256` is the hash of the file as it was captured, which its keeper keeps. `completeness` is a claim: all
    there was, a part of it, or only totals, which then stand in `counts` by their kind.
    """

    platform: Public[Platform]
    account: Public[Label]
    window: Public[Window]
    file_sha256: Public[Sha256]
    completeness: Public[Literal["complete", "partial", "counts_only"]]
    taken_at: Public[Timestamp]
    items: Public[Count | None] = None
    counts: Public[Counts | None] = None
    captured_with: Internal[Label | None] = None
    url: Public[Url | None] = None


class ReconciliationCompleted(
    Payload,
    type="reconciliation.completed",
    practice=P5,
    recorded_by_service=True,
    about=("reconciliation", "reconciliation_id"),
):
    """A snapshot was compared with the ledger; `findings` counts the results by their kind."""

    reconciliation_id: Internal[Label]
    platform: Public[Platform]
    account: Public[Label]
    window: Public[Window]
    findings: Public[Counts]
    snapshot: Internal[EventIndex | None] = None
