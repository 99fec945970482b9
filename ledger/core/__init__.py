"""The proof: tree, tiles, signed notes, checkpoints and receipts. Pure: no I/O, no clock, no randomness."""
