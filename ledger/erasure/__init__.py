"""Erasure by law: what is about a person, what forbids to erase it, and its destruction under a tombstone."""
