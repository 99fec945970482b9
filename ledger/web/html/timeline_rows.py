"""Rows of a timeline as HTML, for whole pages and for one event that has just come.

`items_of` (ledger/web/timeline_items.py) gives the items, `rows_of` adds what later events did to them, `render_rows`
is pure and makes the `<li>`s of an `<ol class="timeline">`.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import orjson

from events.actor import Actor
from events.visibility import Visibility
from ledger.core.merkle import leaf_hash
from ledger.pages.languages import Language
from ledger.pages.rendering import render
from ledger.store.reads import Reads, StoredEvent
from ledger.web.disclosure import disclose, erased_marks
from ledger.web.timeline_items import Item
from projections.event import Event, read_event
from projections.lanes import Lane, lane
from projections.lateness import lateness
from projections.marks import Mark
from projections.timeline_texts import texts
from projections.word_diff import Run, word_diff

_ENDED_BY: Mapping[str, str | None] = MappingProxyType(
    {
        "comment.hidden": "comment.unhidden",
        "comment.removed": "comment.restored",
        "comment.deleted_by_author": None,
        "reply.withdrawn": None,
        "update.withdrawn": None,
    }
)
"""What strikes an event's words through, and what ends that."""
_CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "comment.edited_by_author": "after",
        "reply.edited": "after",
        "reply.observed_changed": "after",
        "update.observed_changed": "after",
        "update.corrected": "new_text",
        "note.corrected": "text",
        "event.corrected": "to",
    }
)
"""What changes an event's words or fields, and in which field the new ones stand."""
_MOST_CHANGES, _MOST_MARKS = 5, 3
_HASH = 8


class Struck(NamedTuple):
    """A measure that stands: what was done, by which event, by whom, why (as far as the reader may know)."""

    type: str
    event: int
    by: Actor | None
    reason: str | None


class Change(NamedTuple):
    """A correction: its type, the index of its event, the field where it isn't the text, and the words that differ."""

    type: str
    event: int
    field: str | None
    runs: Sequence[Run]


class TimelineRow(NamedTuple):
    """An event as its reader sees it in a timeline. `late`: by how many seconds, below 0 ahead of its time.

    `author`: who wrote a content, where that is open. `erased`: the index of the entry that tells of an erasure.
    """

    event: Event
    lane: Lane
    hash: str
    late: float | None
    author: str | None
    texts: Sequence[str]
    struck: Sequence[Struck]
    changes: Sequence[Change]
    others: Sequence[Mark]
    linked_by: int | None
    withheld: Sequence[str]
    erased: int | None
    unproven: bool


async def rows_of(reads: Reads, items: Sequence[Item], level: Visibility) -> list[TimelineRow]:
    """Return the rows of items as `level` sees them, with what the events that struck or changed them say."""
    wanted = {index for item in items for _, index in [*_standing(item.marks), *_changing(item.marks)]}
    told = {each.index: _seen(each, level)[0] for each in await reads.events_at(sorted(wanted))} if wanted else {}
    return [_row(item, level, told) for item in items]


def render_rows(
    rows: Sequence[TimelineRow], language: Language, ledger: str, *, words: str = "", root: str = "/"
) -> str:
    """Return the `<li>`s of rows, in their order. `words`: what was searched for, to be marked."""
    return render("timeline/rows.html.jinja", language, rows=rows, ledger=ledger, words=words, root=root)


def _row(item: Item, level: Visibility, told: Mapping[int, Event]) -> TimelineRow:
    event, withheld = _seen(item.stored, level)
    late, spoken, erased = lateness(event), texts(event), erased_marks(item.stored)
    struck = [_struck(type_, told[index]) for type_, index in _standing(item.marks) if index in told]
    changes = list(_changes(event, [told[index] for _, index in _changing(item.marks) if index in told]))
    shown = {*(each.event for each in struck), *(each.event for each in changes)}
    return TimelineRow(
        event,
        lane(event.type),
        leaf_hash(item.stored.entry).hex()[:_HASH],
        late.seconds if late else None,
        _author(event),
        spoken,
        struck,
        changes,
        [mark for mark in item.marks if mark[1] not in shown][-_MOST_MARKS:],
        item.linked_by,
        withheld,
        next(iter(erased.values()), None),
        bool(item.unproven),
    )


def _seen(stored: StoredEvent, level: Visibility) -> tuple[Event, Sequence[str]]:
    openings, withheld = disclose(stored, level)
    names: list[str] = orjson.loads(withheld)
    return read_event(stored.index, stored.entry, openings), names


def _author(event: Event) -> str | None:
    author = event.value("author")
    if isinstance(author, dict):
        author = author.get("name") or author.get("handle") or author.get("id")
    return author if isinstance(author, str) else None


def _standing(marks: Sequence[Mark]) -> list[Mark]:
    """Return the last measure of each kind that nothing has ended."""
    last = dict(marks)
    return [
        (type_, last[type_])
        for type_, ended in _ENDED_BY.items()
        if type_ in last and (ended is None or last.get(ended, -1) < last[type_])
    ]


def _changing(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark[0] in _CHANGES][-_MOST_CHANGES:]


def _struck(type_: str, event: Event) -> Struck:
    reason = event.text("reason_text") or event.text("reason") or event.text("reason_code")
    return Struck(type_, event.index, event.actor, reason)


def _changes(event: Event, later: Sequence[Event]) -> Iterator[Change]:
    """Yield what each later event changed, against the words as they stood before it, where both are open."""
    current: dict[str, str] = {}
    for change in later:
        field, name = _CHANGES[change.type], "text"
        if change.type == "event.corrected":
            name = change.text("field") or ""
        after = change.value(field)
        before = current.get(name, event.value(name))
        if name == "text" and change.type == "update.corrected" and after is None:
            name = "internal_text"
            after, before = change.value("new_internal_text"), current.get(name, event.value(name))
        if after is None or before is None:
            continue
        runs = word_diff(_written(before), _written(after))
        current[name] = _written(after)
        yield Change(change.type, change.index, None if name in {"text", "internal_text"} else name, runs)


def _written(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
