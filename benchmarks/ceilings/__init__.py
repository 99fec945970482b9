"""Bare programs that say what this machine can do at most, or what is usually done instead of a ledger."""
