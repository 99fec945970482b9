"""Group commit: gives events their place in the log, signs the new head, and answers when it is on disk."""
