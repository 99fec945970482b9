"""Drives the projections: reads the log by cursor, folds, writes rows and moves the cursor in one transaction."""
