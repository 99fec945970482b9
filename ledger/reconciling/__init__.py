"""Reconciliation at work: snapshots come in, are compared with the log slice by slice, and findings go on record."""
