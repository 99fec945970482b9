"""Access and verification: who saw, took away and checked what the ledger holds."""

from typing import Literal

from events.times import Timestamp
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import Count, Label, Prose, Root, Several, Sha256, Text, Url, Who
from events.vocabulary.payload import P5, Payload


class Reading(Payload, practice=P5):
    """What someone read: the `filter` as asked, which may name a person, and how many rows there were."""

    by: Internal[Who]
    filter: Personal[Text]
    rows: Public[Count]


class AccessViewed(Reading, type="access.viewed", recorded_by_service=True):
    """Someone read fields that are not for everyone."""


class Taking(Reading):
    """A set of events that left the ledger, known by the hash of its manifest."""

    manifest_sha256: Public[Sha256]


class ExportCreated(Taking, type="export.created", recorded_by_service=True):
    """A bundle of events was made."""


class ExportDownloaded(Taking, type="export.downloaded", recorded_by_service=True):
    """A bundle was fetched."""


class PublicPagePublished(Taking, type="public_page.published"):
    """The transparency page was published as the manifest says."""

    url: Public[Url | None] = None


class AuditorAccess(Payload, practice=P5, actor=True):
    """Whether an auditor may read the ledger."""

    auditor: Internal[Who]
    by: Internal[Who]
    reason: Internal[Prose | None] = None


class AuditorAccessGranted(AuditorAccess, type="auditor.access_granted"):
    """An auditor may read the ledger, `until` a time if one is set."""

    until: Internal[Timestamp | None] = None
    incidents: Internal[Several[Label]] = ()


class AuditorAccessRevoked(AuditorAccess, type="auditor.access_revoked"):
    """An auditor may no longer read the ledger."""


class OfTree(Payload, practice=P5, recorded_by_service=True):
    """Something about the log's tree of a size and root."""

    tree_size: Public[Count]
    root: Public[Root]


class CheckpointSigned(OfTree, type="checkpoint.signed"):
    """The ledger signed a checkpoint out of its turn."""


class CheckpointWitnessed(OfTree, type="checkpoint.witnessed"):
    """Witnesses cosigned a checkpoint."""

    witnesses: Public[Several[Label]] = ()


class VerificationRun(OfTree, type="verification.run"):
    """The log was verified against itself."""

    result: Public[Literal["valid", "invalid"]]
    findings: Internal[Several[Prose]] = ()
