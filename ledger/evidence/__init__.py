"""Evidence bundles: what a ledger hands out to prove itself, and the program that checks it."""
