"""The life of one content told from its row: every event of it, with its type and time."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from projections.comments import SAID, ContentRow
from projections.instants import instant


class LifeStep(NamedTuple):
    """One event of a content: its index, its type, and when it happened."""

    event: int
    what: str
    at: datetime


def life(row: ContentRow) -> list[LifeStep]:
    """Return all events of a content in the order of the log."""
    return [LifeStep(event, what, instant(at)) for event, what, at in sorted(_told(row))]


def _told(row: ContentRow) -> Iterator[tuple[int, str, int]]:
    if row.received is not None and row.at is not None:
        yield row.received, "comment.received" if row.kind == "comment" else "reply.posted", row.at
    for answer in row.answers:
        yield answer.event, "reply.posted", answer.at
    for what, (where, _) in SAID.items():
        for said in getattr(row, where):
            unassigned = where == "assigned" and not said.what
            yield said.event, "comment.unassigned" if unassigned else what, said.at
    for said in (*row.edits, *row.moderated, *row.noted):
        yield said.event, said.what, said.at
