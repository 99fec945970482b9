"""The rows of a view as they were at a moment: folded anew from the events up to then."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aiohttp import web

from events.entry import parse_instant
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, Reads
from ledger.web import queries
from ledger.web.context import LEDGER
from ledger.web.problems import bad_parameter
from ledger.web.selection import accepted_at, first_accepted
from ledger.web.stored_rows import all_rows
from projections.event import Event, read_event
from projections.projection import AnyProjection, index_key
from projections.view import AnyView, Moment, Rows, fold_rows

_ROWS_AT_ONCE = 2_000
_MICROSECOND = timedelta(microseconds=1)


async def rows_as_of(request: web.Request, view: AnyView, incident: str) -> tuple[Rows, Moment]:
    """Return the rows as they were at the moment that `as_of` and `clock` name. Raises `Problem` 400."""
    ledger = request[LEDGER]
    size, at = await moment_asked(request, ledger)
    by_claim = by_occurrence(request) and queries.whole_number(request.query["as_of"]) is None
    end = ledger.folded.value if by_claim else size
    told = [event async for event in _concerning(ledger.reads, view, incident, end)]
    if by_claim:
        told = [event for event in told if event.moment <= at]
    return fold_rows(view, incident, told), Moment(incident, end, at)


def by_occurrence(request: web.Request) -> bool:
    """Tell whether a request's times are the sources' claims, not the ledger's clock. Raises `Problem` 400."""
    clock = request.query.get("clock", "accepted")
    if clock not in {"accepted", "occurred"}:
        raise bad_parameter("clock", "expected accepted or occurred")
    return clock == "occurred"


async def moment_asked(request: web.Request, ledger: OpenLedger) -> tuple[int, datetime]:
    """Return how many entries had been accepted at `as_of`, and the time that it names."""
    index, folded = queries.whole_number(request.query["as_of"]), ledger.folded.value
    if index is None:
        at = queries.time(request, "as_of")
        assert at is not None  # noqa: S101 - the caller saw that it is there
        return await first_accepted(ledger.reads, at + _MICROSECOND, folded), at
    if index >= folded:
        raise bad_parameter("as_of", f"the projections have come to index {folded - 1}")
    rows = await ledger.reads.fetch("entries", index, index + 1)
    return index + 1, parse_instant(accepted_at(rows[0]["entry"]))


async def _concerning(reads: Reads, view: AnyView, incident: str, end: int) -> AsyncIterator[Event]:
    """Yield, in the order of the log, what stands in the incident below `end` and what the shared rows are made of."""
    told = [event async for event in _of_incident(reads, incident, end)]
    here = {event.index for event in told if event.linked_by is None}
    others = sorted({index for index in await shared_indexes(reads, view.shared) if index < end} - here)
    for first in range(0, len(others), SLICE):
        stored = await reads.events_at(others[first : first + SLICE])
        told += [read_event(event.index, event.entry, event.openings) for event in stored]
    for event in sorted(told, key=_position):
        yield event


async def _of_incident(reads: Reads, incident: str, end: int) -> AsyncIterator[Event]:
    last, more = "", True
    while more:
        rows = await reads.fetch("timeline", incident, last, index_key(end - 1), SLICE)
        for row in rows:
            event, by = read_event(row["index"], row["entry"], row["openings"]), row["linked_by"]
            if by is None:
                yield event
            elif by < end:
                yield replace(event, incident=incident, seq=None, linked_by=by)
        more = len(rows) == SLICE
        last = index_key(rows[-1]["index"]) if rows else last


async def shared_indexes(reads: Reads, projections: Iterable[AnyProjection]) -> Iterable[int]:
    """Return the indexes of all events behind the rows of `projections` that belong to no incident."""
    rows = [row for projection in projections for row in (await all_rows(reads, projection, "")).values()]
    return (index for row in rows for index in row.indexes)


def _position(event: Event) -> tuple[int, bool, int]:
    return (event.index, False, 0) if event.linked_by is None else (event.linked_by, True, event.index)
