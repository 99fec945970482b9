"""The life of every comment and reply: what was said, and all that became of it. Without its words: they may be erased.

Contents are known by what their platform calls them. What comes in odd order folds to the same life: a reply may come
before the comment it answers, a removal before what it removed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from events.times import EPOCH
from projections.event import Event
from projections.projection import ObjectProjection, ObjectRow, RowKey, index_key

_MICROSECOND = timedelta(microseconds=1)
_YEAR_0 = 2**56
"""More microseconds than lie between the calendar's beginning and 1970: added, no time is negative."""


def micros(moment: datetime) -> int:
    """Return a time as microseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND


class Answer(NamedTuple):
    """A reply to a content: the `event` that says so (its index), when (µs since 1970), its id, who wrote it.

    `by` is unknown where the event doesn't say who acted.
    """

    event: int
    at: int
    external_id: str | None
    by: Literal["person", "machine", "unknown"]


class Said(NamedTuple):
    """Something that was said of a content: the `event` that says so (its index), when (µs since 1970), and what."""

    event: int
    at: int
    what: str


class ContentRow(ObjectRow):
    """One content: a comment of someone else or a reply of ours. Times are µs since 1970.

    `received` is the index of the event that brought it in, None as long as others only speak of it. `hidden` and
    `removed` are the indexes of the measures that stand now; `moderated` holds all of them with their types.
    """

    kind: Literal["comment", "reply"] | None = None
    received: int | None = None
    at: int | None = None
    platform: str | None = None
    account: str | None = None
    lang: str | None = None
    parent: str | None = None
    root: str | None = None
    exercise: bool = False
    answers: tuple[Answer, ...] = ()
    acknowledged: tuple[Said, ...] = ()
    assigned: tuple[Said, ...] = ()
    labels: tuple[Said, ...] = ()
    sentiments: tuple[Said, ...] = ()
    outcomes: tuple[Said, ...] = ()
    themes: tuple[Said, ...] = ()
    edits: tuple[Said, ...] = ()
    moderated: tuple[Said, ...] = ()
    hidden: int | None = None
    removed: int | None = None
    deleted: int | None = None
    missing: int | None = None
    withdrawn: int | None = None

    @property
    def waits(self) -> bool:
        """Return whether someone waits: no person answered their comment, and nobody said what became of it."""
        answered = any(answer.by != "machine" for answer in self.answers)
        return self.kind == "comment" and not (self.exercise or answered or self.outcomes)


_SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "comment.acknowledged": ("acknowledged", "by"),
        "comment.assigned": ("assigned", "to"),
        "comment.classified": ("labels", "label"),
        "sentiment.assessed": ("sentiments", "label"),
        "comment.outcome_set": ("outcomes", "outcome"),
        "concern.linked": ("themes", "theme"),
    }
)
"""Types that say something of a content: where it is kept, and the field that says it."""
_EDITS = frozenset({"comment.edited_by_author", "reply.edited"})
_MEASURES: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "comment.hidden": ("hidden", True),
        "comment.unhidden": ("hidden", False),
        "comment.removed": ("removed", True),
        "comment.restored": ("removed", False),
    }
)
_GONE: Mapping[str, str] = MappingProxyType(
    {
        "comment.deleted_by_author": "deleted",
        "comment.observed_missing": "missing",
        "reply.withdrawn": "withdrawn",
    }
)
_ORIGINS: Mapping[str, Literal["comment", "reply"]] = MappingProxyType(
    {"comment.received": "comment", "reply.posted": "reply"}
)


class Comments(ObjectProjection[ContentRow]):
    """One row a content and incident."""

    name = "comments"
    version = 2
    types = frozenset({*_SAID, *_EDITS, *_MEASURES, *_GONE, *_ORIGINS, "comment.unassigned", "comment.labelled"})
    row = ContentRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the content that the event is about, with those that it answers, links or takes along."""
        if event.incident is not None:
            yield from (RowKey(event.incident, name) for name in dict.fromkeys(_contents(event)))

    def fold(self, row: ContentRow | None, key: RowKey, event: Event) -> ContentRow:
        """Fold as every object, but tell an answer's own row from that of the content it answers."""
        if event.type == "reply.posted" and key.key != event.text("external_id"):
            before = row or ContentRow()
            if event.index in before.indexes:
                return before
            changes = {"indexes": (*before.indexes, event.index), "answers": (*before.answers, _answer(event))}
            return before.model_copy(update=changes)
        return super().fold(row, key, event)

    def rank(self, row: ContentRow) -> str | None:
        """Return when a comment that waits was made, so that who waits longest is first."""
        if not row.waits or row.at is None or row.received is None:
            return None
        return f"{row.at + _YEAR_0:020d}|{index_key(row.received)}"

    def change(self, row: ContentRow, event: Event) -> ContentRow:
        """Return the content after the event."""
        kind = event.type
        if kind in _ORIGINS:
            return row if row.received is not None else row.model_copy(update=_brought_in(event))
        if kind in _SAID:
            where, field = _SAID[kind]
            said = Said(event.index, micros(event.moment), event.text(field) or "")
            return row.model_copy(update={where: (*getattr(row, where), said)})
        return row.model_copy(update=_changed(row, event))


COMMENTS = Comments()


def _contents(event: Event) -> Iterable[str]:
    match event.type:
        case "concern.linked":
            names = event.value("comments")
            yield from names if isinstance(names, list) else ()
        case "reply.posted":
            yield from (name for name in (event.text("external_id"), event.text("in_reply_to")) if name)
        case _:
            name = event.text("target") or event.text("external_id")
            if name:
                yield name
            taken = event.value("cascade_ids")
            yield from taken if isinstance(taken, list) else ()


def _brought_in(event: Event) -> dict[str, Any]:
    return {
        "kind": _ORIGINS[event.type],
        "received": event.index,
        "at": micros(event.moment),
        "platform": event.text("platform"),
        "account": event.text("account"),
        "lang": event.text("lang"),
        "parent": event.text("in_reply_to"),
        "root": event.text("external_root_id"),
        "exercise": event.exercise,
    }


def _changed(row: ContentRow, event: Event) -> dict[str, Any]:
    said = Said(event.index, micros(event.moment), event.type)
    if event.type in _GONE:
        return {_GONE[event.type]: event.index}
    if event.type in _EDITS:
        return {"edits": (*row.edits, said)}
    if event.type == "comment.unassigned":
        return {"assigned": (*row.assigned, Said(said.event, said.at, ""))}
    changed: dict[str, Any] = {"moderated": (*row.moderated, said)}
    if event.type in _MEASURES:
        where, standing = _MEASURES[event.type]
        changed[where] = event.index if standing else None
    return changed


def _answer(event: Event) -> Answer:
    return Answer(event.index, micros(event.moment), event.text("external_id"), _author(event))


def _author(event: Event) -> Literal["person", "machine", "unknown"]:
    """Tell whether people answered: rules, services and bots don't stop the clock."""
    author, actor = event.value("author"), event.actor
    if isinstance(author, dict) and author.get("kind") in {"bot", "service"}:
        return "machine"
    if actor is None:
        return "unknown"
    return "person" if actor.kind == "person" else "machine"
