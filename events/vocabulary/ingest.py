"""Ingest: what the ledger itself noticed about what it was sent. Only the ledger writes these."""

from events.times import Timestamp
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import Count, EventIndex, Label, Prose, Sha256
from events.vocabulary.payload import P2, P5, Payload


class Ingest(Payload, practice=P5, recorded_by_service=True):
    """Something about the events of one `source`; where they differ, what was `expected` and what was `got`."""

    source: Public[Label]


class IngestGapDetected(Ingest, type="ingest.gap_detected"):
    """A source jumped in its numbering: the events from `expected` up to, not including, `got` are missing."""

    expected: Public[Count]
    got: Public[Count]


class IngestGapFilled(Ingest, type="ingest.gap_filled"):
    """The missing event number `sequence` of a source arrived after all."""

    sequence: Public[Count]


class IngestLateEvent(Ingest, type="ingest.late_event", about=("event", "target_event")):
    """An event arrived long after its time: none before `expected` was, and it says `got`."""

    target_event: Internal[EventIndex | None] = None
    expected: Public[Timestamp]
    got: Public[Timestamp]


class IngestConflictDetected(Ingest, type="ingest.conflict_detected", about=("event", "target_event")):
    """A source used the id of `target_event` for another content; `expected` and `got` are the contents' hashes."""

    target_event: Internal[EventIndex | None] = None
    expected: Personal[Sha256]
    got: Personal[Sha256]


class IngestRejected(Ingest, type="ingest.rejected"):
    """An event was refused: `expected` names the rule, `got` the kind of problem, never the value."""

    expected: Internal[Prose]
    got: Internal[Prose]


class SourceSilent(Ingest, type="source.silent", practice=(P2, P5)):
    """A source says nothing for longer than it is used to: nothing came since `since`."""

    since: Public[Timestamp]
    usual_gap_seconds: Public[Count | None] = None
    last_event: Internal[EventIndex | None] = None
