"""The checks: whether anything was hidden, asked of the events alone. Pure: anyone with the events can ask again."""

from collections.abc import Sequence

from projections.checks.c01_outcomes import Outcomes
from projections.checks.c02_moderation_justified import Justified
from projections.checks.c03_reconciliation import Reconciled
from projections.checks.c04_sequence import GaplessSequence
from projections.checks.c05_silence import Silence
from projections.checks.c06_backdating import Backdating
from projections.checks.c07_causality import Causality
from projections.checks.c08_corrections import Corrections
from projections.checks.c09_public_page import PublicPage
from projections.checks.c10_integrity import LogIntegrity
from projections.checks.c11_exports import Exports
from projections.checks.c12_access import WhoSaw
from projections.checks.c13_erasure import Erasure
from projections.checks.c14_removal_bias import RemovalBias
from projections.checks.c15_block_bias import BlockBias
from projections.checks.c16_promises import PromiseAudit
from projections.checks.c17_plan_in_force import PlanInForce
from projections.checks.c18_clock import ClockTrust
from projections.checks.c19_automation import Automation
from projections.checks.c20_drills import DrillSeparation
from projections.checks.c21_out_of_band import OutOfBand
from projections.checks.check import Check

CHECKS: Sequence[type[Check]] = (
    Outcomes,
    Justified,
    Reconciled,
    GaplessSequence,
    Silence,
    Backdating,
    Causality,
    Corrections,
    PublicPage,
    LogIntegrity,
    Exports,
    WhoSaw,
    Erasure,
    RemovalBias,
    BlockBias,
    PromiseAudit,
    PlanInForce,
    ClockTrust,
    Automation,
    DrillSeparation,
    OutOfBand,
)
"""Every check, by its number."""
