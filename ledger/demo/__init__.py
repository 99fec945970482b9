"""The demonstration: a ledger `demo` that tells a whole crisis, and a token for each role to look at it with."""

LEDGER = "demo"
INCIDENT = "billets-clair-2026-11-20"
