"""The law: requests to erase and what came of them, holds that forbid it, and contents under seal."""

from typing import Annotated, Literal

from pydantic import Field

from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import Code, Count, Detail, EventIndex, ExternalId, Label, Prose, Several, Sha256, Who
from events.vocabulary.payload import LAW, P5, Payload


class ErasedFields(Detail):
    """The fields of an event that are gone for good."""

    index: EventIndex
    fields: Several[Label] = Field(min_length=1)


class OfSubject(Payload, practice=(LAW, P5), about=("subject", "subject_hash")):
    """Something about what the ledger holds of a person, known by the hash of their id; `law` is the one relied on."""

    subject_hash: Personal[Sha256]
    law: Public[Label]


class SubjectErasureRequested(OfSubject, type="subject.erasure_requested"):
    """A person asked that what the ledger holds of them be erased. `token` is the id of the one it was asked with."""

    scope: Internal[Prose]
    channel: Internal[Label | None] = None
    token: Internal[Label | None] = None


class SubjectErasureDecided(OfSubject, type="subject.erasure_decided", actor=True):
    """Another than who requested it decided whether to erase; `request` is the event of the request.

    `events` are those concerned, all if none is named, `except` those that stay; `token` is the id of the one it was
    decided with.
    """

    decision: Public[Literal["granted", "partly_granted", "refused"]]
    scope: Internal[Prose]
    reason: Internal[Prose | None] = None
    request: Internal[EventIndex | None] = None
    events: Internal[Several[EventIndex]] = ()
    except_: Internal[Several[EventIndex]] = Field(default=(), alias="except")
    token: Internal[Label | None] = None


class KeyDestroyed(OfSubject, type="key.destroyed", recorded_by_service=True):
    """What opened the `scope` of fields is gone for good; entries and their hashes stay. `decision` ordered it.

    `event_counts` says how many events of each type are concerned.
    """

    decision: Public[EventIndex]
    scope: Public[Several[ErasedFields]] = Field(min_length=1)
    event_counts: Public[Annotated[dict[Code, Count], Field(max_length=1_000)] | None] = None


class LegalHold(Payload, practice=LAW):
    """A ban on erasing what is in its scope, by an authority: a court, the police, counsel.

    It covers the `events` that it names; where it names none, those of its incident; where it has none, the ledger.
    """

    scope: Internal[Prose]
    authority: Internal[Label]
    events: Internal[Several[EventIndex]] = ()
    reason: Internal[Prose | None] = None


class LegalHoldPlaced(LegalHold, type="legal_hold.placed"):
    """Nothing in the scope may be erased until the hold is released."""


class LegalHoldReleased(LegalHold, type="legal_hold.released"):
    """The hold on the scope is over; `hold` is the event that placed it."""

    hold: Internal[EventIndex | None] = None


class ContentSeal(Payload, practice=(LAW, P5), actor=True, about=("content", "target")):
    """Who may read a content from now on. The reason is public: it must not name or quote a person."""

    target: Internal[ExternalId]
    reason: Public[Prose]
    who_may_read: Internal[Several[Who]]


class ContentSealed(ContentSeal, type="content.sealed"):
    """A content is kept from all but a few readers."""


class ContentUnsealed(ContentSeal, type="content.unsealed"):
    """A content can be read again as its fields' visibility says."""
