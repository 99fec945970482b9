"""What the ledger itself puts on record: looks at the read models as time passes, and appends what only time shows."""
