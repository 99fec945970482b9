"""Folding and rendering in memory, without database or HTTP: what the views themselves cost."""

import gc
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import perf_counter

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import INCIDENT, Ground
from benchmarks.programs.dashboard import AS_OF, EVENTS, event
from projections import PROJECTIONS
from projections.comment_table import CommentTable
from projections.comments import COMMENTS
from projections.event import Event
from projections.folding import rows_of
from projections.view import AnyView, Moment, fold_rows
from projections.views import VIEWS

_ROUNDS = 9
_ACCEPTED = "2026-12-01T00:00:00.000000Z"
_MOMENT = Moment(INCIDENT, EVENTS, datetime(2026, 12, 1, tzinfo=UTC))


async def run(ground: Ground) -> Report:  # noqa: ARG001 - it needs nothing of the ground
    """Fold an incident by every projection, fill a table of its comments, render every view of it."""
    events = [_folded(number) for number in range(EVENTS)]
    return Report(
        f"Views of {EVENTS:,} events, in memory",
        [*_folds(events), *(figure for view in VIEWS for figure in _rendered(view, events))],
        f"renders: medians of {_ROUNDS}, from rows that are there; without the garbage collector",
    )


def _folds(events: Sequence[Event]) -> Iterator[Figure]:
    seconds = {projection.name: _timed(lambda it=projection: rows_of(it, events)) for projection in PROJECTIONS}
    rate = EVENTS / sum(seconds.values())
    yield Figure("folding by all projections", rate, "events/s", target=Target(5_000.0, absolute=True))
    yield Figure(
        "folding comments",
        seconds[COMMENTS.name] / EVENTS * 1e6,
        "us/event",
        target=Target(6.0, at_most=True, absolute=True),
    )
    stored = [(key.key, row.stored()) for key, row in rows_of(COMMENTS, events).items()]
    put = _timed(lambda: _fill(stored)) / len(stored) * 1e6
    yield Figure("taking a comment into a table", put, "us", target=Target(5.0, at_most=True, absolute=True))


def _rendered(view: AnyView, events: Sequence[Event]) -> Iterator[Figure]:
    rows, query = fold_rows(view, INCIDENT, events), view.query()
    took = statistics.median(_timed(lambda: view.render(rows, _MOMENT, query)) for _ in range(_ROUNDS))
    yield Figure(f"{view.name}, render", took * 1000, "ms", target=Target(15.0, at_most=True, absolute=True))
    first = events[:AS_OF]
    then = _timed(lambda: view.render(fold_rows(view, INCIDENT, first), _MOMENT, query)) * 1000
    limit = Target(1000.0, at_most=True, absolute=True)
    yield Figure(f"{view.name}, folded from {AS_OF:,} events", then, "ms", target=limit)


def _fill(stored: Sequence[tuple[str, str]]) -> None:
    table = CommentTable()
    for name, row in stored:
        table.put(name, row)


def _timed(work: Callable[[], object]) -> float:
    """Time `work` as `timeit` does: the collector would look at every event of the log again and again."""
    gc.collect()
    gc.disable()
    try:
        began = perf_counter()
        work()
        return perf_counter() - began
    finally:
        gc.enable()


def _folded(number: int) -> Event:
    document = event(number)
    fields = {"id": document["id"], "time": document["time"], **document["data"]}
    openings = {name: {"value": value} for name, value in fields.items()}
    return Event(number, document["type"], document["source"], _ACCEPTED, INCIDENT, number + 1, openings)
