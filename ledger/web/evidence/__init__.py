"""GET /ledgers/{ledger}/evidence: a bundle that proves, offline and by itself, what stands in the ledger."""
