"""Reconciliation: what an account or a page showed, held against what the ledger says it should show."""
