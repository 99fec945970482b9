"""Access and verification: who saw, took away and checked what the ledger holds."""

from typing import Annotated, Literal

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import Code, Count, Label, Prose, Root, Several, Sha256, Text, Url, Who
from events.vocabulary.payload import P5, Payload

Findings = Annotated[dict[Code, Count], Field(max_length=100)]


class Reading(Payload, practice=P5):
    """What someone read: the `filter` as asked, which may name a person, and how many rows told something personal.

    Where the ledger records it, `by` is a token's holder, as `token:<id> <label>`, and `rows` is null for a stream;
    `of_incident` is the incident that was read, if one was.
    """

    by: Internal[Who]
    filter: Personal[Text]
    rows: Public[Count | None]
    of_incident: Internal[Label | None] = None
    role: Internal[Label | None] = None


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


class VerdictRecorded(OfTree, type="verdict.recorded"):
    """The checks were run over the first `tree_size` entries: all of them, or those of one incident.

    `findings` counts what was found by severity; `scope` says what was looked at, `policy` under which settings.
    """

    verdict: Public[Literal["certified", "qualified", "failed"]]
    findings: Public[Findings]
    scope: Public[Prose]
    policy: Public[Label]
    of_incident: Public[Label | None] = None
    since: Public[Timestamp | None] = None
    until: Public[Timestamp | None] = None
