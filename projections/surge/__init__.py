"""Surges: when far more is said than usual. Pure, on event time; `docs/monitoring.md` has the formulas."""
