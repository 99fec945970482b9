"""The checks: whether anything was hidden, asked of the events alone. Pure: anyone with the events can ask again."""

from collections.abc import Sequence

from projections.checks.c04_sequence import GaplessSequence
from projections.checks.c05_silence import Silence
from projections.checks.c06_backdating import Backdating
from projections.checks.c07_causality import Causality
from projections.checks.c10_integrity import LogIntegrity
from projections.checks.c11_exports import Exports
from projections.checks.c12_access import WhoSaw
from projections.checks.c16_promises import PromiseAudit
from projections.checks.c17_plan_in_force import PlanInForce
from projections.checks.c18_clock import ClockTrust
from projections.checks.c20_drills import DrillSeparation
from projections.checks.check import Check

CHECKS: Sequence[type[Check]] = (
    GaplessSequence,  # C4
    Silence,  # C5
    Backdating,  # C6
    Causality,  # C7
    LogIntegrity,  # C10
    Exports,  # C11
    WhoSaw,  # C12
    PromiseAudit,  # C16
    PlanInForce,  # C17
    ClockTrust,  # C18
    DrillSeparation,  # C20
)
"""Every check, by its number."""
