"""Policies: the rules that measures cite, and those that the ledger is judged by, each version an event."""

from typing import Annotated

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Count, Detail, Label, Prose, Several, Sha256, Url, Who
from events.vocabulary.payload import P2, P5, Payload

Lags = Annotated[dict[Code, Count], Field(max_length=1_000)]


class CheckSettings(Detail):
    """What the checks allow. What is left out is as the ledger's own policy has it.

    `allowed_lag_seconds`: by event type or family, how late an event may be recorded. `outcome_within_hours`: how long
    a comment of an open incident may lack an outcome. `approvers`: the roles that may approve; empty for any.
    `opinion_codes`: reason codes that say no more than that someone disagrees with us.
    """

    allowed_lag_seconds: Lags | None = None
    future_skew_seconds: Count | None = None
    connector_grace_seconds: Count | None = None
    snapshots_in_a_row: Annotated[int, Field(ge=1, le=10)] | None = None
    snapshot_interval_seconds: Count | None = None
    correct_within_hours: Count | None = None
    outcome_within_hours: Count | None = None
    due_grace_seconds: Count | None = None
    surge_hours: Count | None = None
    witness_within_seconds: Count | None = None
    four_eyes_on_removal: bool | None = None
    approvers: Several[Label] | None = None
    opinion_codes: Several[Code] | None = None


class PolicyPublished(Payload, type="policy.published", practice=(P2, P5), actor=True):
    """A version of a policy that measures cite as `<policy>@<version>#<clause>`, known by the hash of its text."""

    policy: Public[Label]
    version: Public[Label]
    body_sha256: Public[Sha256]
    effective_from: Public[Timestamp | None] = None
    url: Public[Url | None] = None
    approved_by: Internal[Who | None] = None


class ChecksConfigured(Payload, type="checks.configured", practice=(P2, P5), actor=True):
    """What the checks allow from now on."""

    version: Public[Label]
    settings: Public[CheckSettings]
    reason: Public[Prose]
