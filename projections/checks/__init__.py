"""The checks: whether anything was hidden, asked of the events alone. Pure: anyone with the events can ask again."""

from collections.abc import Sequence

from projections.checks.check import Check

CHECKS: Sequence[type[Check]] = ()
"""Every check, by its number."""
