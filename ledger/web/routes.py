"""The table of all routes."""

from collections.abc import Sequence

from ledger.web import (
    access_register,
    audit_trail,
    docs,
    erasure_register,
    erasures,
    incidents,
    ledgers,
    operations,
    overview,
    posting,
    proofs,
    reading,
    reconciliation,
    snapshots,
    tiles,
    timeline,
    verdicts,
    views,
)
from ledger.web.evidence import resource as evidence
from ledger.web.operation import Operation

OPERATIONS: Sequence[Operation] = (
    *ledgers.OPERATIONS,
    *posting.OPERATIONS,
    *reading.OPERATIONS,
    *incidents.OPERATIONS,
    *timeline.OPERATIONS,
    *overview.OPERATIONS,
    *audit_trail.OPERATIONS,
    *views.OPERATIONS,
    *verdicts.OPERATIONS,
    *erasures.OPERATIONS,
    *erasure_register.OPERATIONS,
    *access_register.OPERATIONS,
    *snapshots.OPERATIONS,
    *reconciliation.OPERATIONS,
    *tiles.OPERATIONS,
    *proofs.OPERATIONS,
    *evidence.OPERATIONS,
    *operations.OPERATIONS,
    *docs.OPERATIONS,
)
