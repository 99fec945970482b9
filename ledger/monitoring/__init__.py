"""Watches over the ledgers' volume, and puts on record when a surge begins and ends."""
