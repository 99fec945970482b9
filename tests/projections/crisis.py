"""The sample crisis as folds see it, without a database: every event accepted at its time, at the earliest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from events.entry import render_instant
from events.envelope import read_event as read_posted
from ledger.demo import INCIDENT
from ledger.demo.story import read_story, tell
from projections.event import Event
from projections.linking import with_linked
from projections.shown import Shown
from projections.view import AnyView, Moment, fold_rows

BEGUN = datetime(2026, 11, 20, 16, 40, tzinfo=UTC)
END = BEGUN + timedelta(days=30)


@cache
def crisis() -> Sequence[Event]:
    """The events of the sample crisis in the order of the log, indexes from 0."""
    events: list[Event] = []
    indexes: dict[str, int] = {}
    seqs: dict[str, int] = {}
    accepted = ""
    for index, line in enumerate(read_story()):
        posted = read_posted(tell(line, BEGUN, indexes))
        indexes[posted.id] = index
        accepted = max(accepted, render_instant(posted.time))
        seq = None
        if posted.subject is not None:
            seq = seqs[posted.subject] = seqs.get(posted.subject, 0) + 1
        openings = {name: {"value": value} for name, value in posted.fields.items()}
        number = posted.sequence
        events.append(
            Event(index, posted.type, posted.source, accepted, posted.subject, seq, openings, source_seq=number)
        )
    return events


def seen(view: AnyView, events: Sequence[Event], incident: str = INCIDENT, at: datetime = END, **query: object) -> Any:
    """What a view answers over a log."""
    known = {event.index: event for event in events}
    rows = fold_rows(view, incident, with_linked(events, known.get))
    answer: Shown = view.render(rows, Moment(incident, len(events), at), view.query(**query))
    return answer
