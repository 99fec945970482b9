"""The page of an incident at the address of the incident, and its rows as a fragment: the timeline, newest first.

Filters are answered from columns that hold only what the reader's level sees (`ledger/web/timeline_shelf.py`); words
are looked for in a bounded number of events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import numpy as np
from aiohttp import web

from events.visibility import Visibility
from ledger.pages.charts.strip import HEIGHT, MOODS, WIDTH, Strip
from ledger.store.reads import SLICE, Reads, StoredEvent
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER
from ledger.web.disclosure import disclose
from ledger.web.html.choice import language_of
from ledger.web.html.frame import frame_of
from ledger.web.html.page import Page, document, shown
from ledger.web.html.timeline_asked import FILTERS, Asked, asked
from ledger.web.html.timeline_rows import TimelineRow, render_rows, rows_of
from ledger.web.html.timeline_strip import strip_of
from ledger.web.incidents import incident_row
from ledger.web.personal import personal_events
from ledger.web.timeline_items import items_of
from ledger.web.timeline_shelf import TIMELINES
from projections.event import read_event
from projections.instants import instant
from projections.lanes import LANES
from projections.timeline_table import Column, Mask, Numbers, TimelineTable
from projections.timeline_texts import speaks_of

_SEARCHED_AT_MOST = 5_000
_LISTED = 80
"""The most words that a choice lists: what organisations name themselves has no bound; others stand in addresses."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What a filter leaves, newest first: indexes, times, and since which entry each stands in the incident.

    `known` counts what stood there, `withheld` those of it with fields that the reader may not see. `marking`: the
    indexes of events that may mark others, None for all before `end`.
    """

    indexes: Numbers
    at: Numbers
    since: Mapping[int, int]
    known: int
    withheld: int
    end: int
    marking: frozenset[int] | None


class _Words(NamedTuple):
    """What can be asked for, as far as the reader knows of it."""

    types: Mapping[str, Sequence[str]]
    roles: Sequence[str]
    channels: Sequence[str]
    themes: Sequence[str]
    audiences: Sequence[str]
    outcomes: Sequence[str]


class _Found(NamedTuple):
    """A page of rows. `more`: the position of the next; `shown` matched; `searched`: events read for words, if any."""

    rows: Sequence[TimelineRow]
    stored: Sequence[StoredEvent]
    more: str | None
    shown: int
    searched: int | None
    stopped: bool


async def get_incident_page(request: web.Request) -> web.Response:
    """Show the incident: its clocks, its density, the filters and the newest rows."""
    wanted, frame = await asked(request), await frame_of(request)
    ledger, level = request[LEDGER], sees(request[CALLER])
    async with request.app[TIMELINES].table(ledger, frame.incident, level) as (_, table, end):
        known = table.known(wanted.end, wanted.until)
        chosen = _choose(table, known, wanted, end)
        drawn = strip_of(table, known, (wanted.filter.since, wanted.filter.until))
        words, since = _words(table, known), table.column("since")
        extent = (int(since.min()), int(since.max())) if len(since) else (0, 0)
    found = await _found(ledger.reads, chosen, wanted, level)
    await record_reading(request, rows=personal_events(request, found.stored))
    told = {
        "frame": frame,
        "given": wanted.given,
        "filtered": {name: value for name, value in wanted.given.items() if name in FILTERS},
        "asked": wanted,
        "found": found,
        "rows": render_rows(found.rows, language_of(request), ledger.row.name, words=wanted.text),
        "known": chosen.known,
        "withheld": chosen.withheld,
        "words": words,
        "lanes": LANES,
        "first": extent[0],
        "last": extent[1],
        "fragment": _address(request, {}, "/rows"),
        "onward": _address(request, {"before": found.more}, "/rows") if found.more else None,
        "older": _address(request, {"before": found.more}) if found.more else None,
        "newest": wanted.before is None,
        "following": chosen.end,
        "drawing": _drawing(drawn),
        "since": _entered(wanted.filter.since),
        "until": _entered(wanted.filter.until),
    }
    return shown(request, "timeline/page.html.jinja", told)


async def get_rows(request: web.Request) -> web.Response:
    """Return rows alone: older ones (`before`), or those that came after an index (`after_index`)."""
    wanted, ledger, level = await asked(request), request[LEDGER], sees(request[CALLER])
    await await_folded(request, ledger)
    incident = request.match_info["incident"]
    await incident_row(ledger, incident)
    async with request.app[TIMELINES].table(ledger, incident, level) as (_, table, end):
        chosen = _choose(table, table.known(wanted.end, wanted.until), wanted, end)
    found = await _found(ledger.reads, chosen, wanted, level)
    await record_reading(request, rows=personal_events(request, found.stored))
    language = language_of(request)
    text = render_rows(found.rows, language, ledger.row.name, words=wanted.text)
    headers = {"Cache-Control": "no-store"}
    if found.more:
        headers["X-Next"] = _address(request, {"before": found.more}, "/rows")
    return document(request, text, language, headers)


def _choose(table: TimelineTable, known: Mask, wanted: Asked, end: int) -> _Chosen:
    mask = wanted.filter.matches(table, known)
    index, at, since = (table.column(name) for name in ("index", "at", "since"))
    if wanted.after_index is not None:
        mask = mask & (since > wanted.after_index)
    places = np.flatnonzero(mask)
    places = places[np.lexsort((index[places], at[places]) if wanted.by_time else (index[places],))[::-1]]
    linked = np.flatnonzero(mask & (since != index))
    return _Chosen(
        index[places],
        at[places],
        dict(zip(index[linked].tolist(), since[linked].tolist(), strict=True)),
        int(known.sum()),
        int((known & (table.column("withheld") == 1)).sum()),
        end if wanted.end is None else wanted.end,
        None if wanted.until is None else frozenset(index[known].tolist()),
    )


async def _found(reads: Reads, chosen: _Chosen, wanted: Asked, level: Visibility) -> _Found:
    """Return the asked-for page of what was chosen."""
    indexes, at = chosen.indexes, chosen.at
    shown_, searched, stopped = len(indexes), None, False
    if wanted.before is not None:
        *time, before = wanted.before
        behind = (at < time[0]) | ((at == time[0]) & (indexes < before)) if time else indexes < before
        indexes, at = indexes[behind], at[behind]
    last: int | None = None
    if wanted.text:
        searched = min(len(indexes), _SEARCHED_AT_MOST)
        stopped = searched < len(indexes)
        last = searched - 1 if stopped else None
        places = await _speaking(reads, indexes[:searched].tolist(), wanted.text.casefold(), level)
        shown_ = len(places)
    else:
        places = list(range(len(indexes)))
    if len(places) > wanted.limit:
        places = places[: wanted.limit]
        last = places[-1]
    stored = await _stored(reads, [int(indexes[place]) for place in places])
    items = await items_of(reads, stored, chosen.since, chosen.end)
    if chosen.marking is not None:
        items = [item._replace(marks=[mark for mark in item.marks if mark[1] in chosen.marking]) for item in items]
    more = None if last is None else _position(int(indexes[last]), int(at[last]), by_time=wanted.by_time)
    return _Found(await rows_of(reads, items, level), stored, more, shown_, searched, stopped)


def _position(index: int, at: int, *, by_time: bool) -> str:
    return f"{at}_{index}" if by_time else str(index)


async def _speaking(reads: Reads, indexes: Sequence[int], words: str, level: Visibility) -> list[int]:
    """Return which of the events, by their place in `indexes`, hold words that the reader may see."""
    found: list[int] = []
    for first in range(0, len(indexes), SLICE):
        part = {index: place for place, index in enumerate(indexes[first : first + SLICE], first)}
        found += [
            part[stored.index]
            for stored in await reads.events_at(sorted(part))
            if speaks_of(read_event(stored.index, stored.entry, disclose(stored, level)[0]), words)
        ]
    return sorted(found)


async def _stored(reads: Reads, indexes: Sequence[int]) -> list[StoredEvent]:
    by_index = {each.index: each for each in await reads.events_at(sorted(indexes))} if indexes else {}
    return [by_index[index] for index in indexes if index in by_index]


def _words(table: TimelineTable, known: Mask) -> _Words:
    types: dict[str, list[str]] = {}
    for type_ in table.words("type", known)[: 2 * _LISTED]:
        types.setdefault(type_.partition(".")[0], []).append(type_)
    columns: tuple[Column, ...] = ("role", "channel", "audience", "outcome")
    roles, channels, audiences, outcomes = (table.words(name, known)[:_LISTED] for name in columns)
    return _Words(types, roles, channels, table.themes(known)[:_LISTED], audiences, outcomes)


def _address(request: web.Request, changes: Mapping[str, str], below: str = "") -> str:
    """Return an address of the same filters at another place."""
    ledger, incident = request.match_info["ledger"], request.match_info["incident"]
    query = {name: value for name, value in request.query.items() if value and name != "before"} | dict(changes)
    path = f"/ledgers/{quote(ledger)}/incidents/{quote(incident, safe='')}{below}"
    return f"{path}?{urlencode(query)}" if query else path


def _entered(at: int | None) -> str:
    """Return a time (µs) as a form's field for UTC holds it."""
    return "" if at is None else instant(at).strftime("%Y-%m-%dT%H:%M")


def _drawing(drawn: Strip | None) -> dict[str, Any] | None:
    if drawn is None:
        return None
    return {
        **drawn._asdict(),
        "first": instant(drawn.first),
        "last": instant(drawn.last),
        "rows": [{**row._asdict(), "begin": instant(row.begin)} for row in drawn.rows],
        "order": MOODS,
        "width": WIDTH,
        "height": HEIGHT,
    }


PAGES = (
    Page("/ledgers/{ledger}/incidents/{incident}", get_incident_page),
    Page("/ledgers/{ledger}/incidents/{incident}/rows", get_rows),
)
