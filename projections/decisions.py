"""The decisions that a part of the log tells, as statements of reasons: read twice, in little memory.

The first reading finds the measures, the second what they were taken against.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from projections.comments import COMMENTS, ContentRow
from projections.event import Event
from projections.folding import fold_on
from projections.measures import MEASURES, MeasureRow
from projections.projection import RowKey
from projections.register import Measure, register, shown_measure
from projections.statements import StatementLine, is_decision, statement_line


class Decisions:
    """Decisions of one incident with what is linked to it, or, where none is named, of all and outside any."""

    def __init__(self, incident: str | None) -> None:
        """Begin the first reading."""
        self._incident = incident
        self._measures: dict[RowKey, MeasureRow] = {}
        self._targets: frozenset[RowKey] | None = None
        self._contents: dict[RowKey, ContentRow] = {}

    def find_measures(self, events: Iterable[Event]) -> None:
        """Take the next events of the first reading."""
        fold_on(MEASURES, self._measures, self._concerning(events), self._only)

    def find_targets(self, events: Iterable[Event]) -> None:
        """Take the next events of the second reading."""
        targets = self._aimed_at()
        for event in self._concerning(events):
            if event.type in COMMENTS.types and not targets.isdisjoint(COMMENTS.keys(event)):
                fold_on(COMMENTS, self._contents, [event], self._only)

    def measures(self, at: datetime) -> list[Measure]:
        """Return the register after both readings, as it stands `at` a time, in the order of the log."""
        incidents = sorted({key.incident for key in self._measures})
        return sorted((each for name in incidents for each in self._register(name, at)), key=lambda each: each.index)

    @property
    def _only(self) -> Collection[str] | None:
        return None if self._incident is None else (self._incident,)

    def _concerning(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield the events as those of an incident; outside any they are those of "". A link tells nothing twice."""
        for event in events:
            if self._incident is not None:
                yield event
            elif event.linked_by is None:
                yield replace(event, incident=event.incident or "")

    def _aimed_at(self) -> frozenset[RowKey]:
        if self._targets is None:
            self._targets = frozenset(RowKey(key.incident, row.target or "") for key, row in self._measures.items())
        return self._targets

    def _register(self, incident: str, at: datetime) -> Iterator[Measure]:
        rows = {key.key: self._measures[key] for key in sorted(self._measures) if key.incident == incident}
        for entry in register(rows):
            content = self._contents.get(RowKey(incident, entry.measure.target or ""))
            yield shown_measure(entry, content if content and content.kind == "comment" else None, at)


def statements(measures: Iterable[Measure]) -> list[StatementLine]:
    """Return the lines of those measures that are decisions."""
    return [statement_line(measure) for measure in measures if is_decision(measure.type)]
