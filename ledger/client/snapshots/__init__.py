"""Snapshots as they are kept: files of several formats, read into what `POST …/snapshots` takes."""
