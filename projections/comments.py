"""The life of every comment and reply: what was said, and all that became of it. Without its words: they may be erased.

Contents are known by what their platform calls them. What comes in odd order folds to the same life: a reply may come
before the comment it answers, a removal before what it removed.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from projections.event import Event
from projections.instants import micros, ranked
from projections.projection import ObjectRow, Projection, RowKey, index_key


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

    `received` is the index of the event that brought it in, None as long as others only speak of it. `acknowledged`
    holds what people said; `judges` says of each of the `sentiments` who judged: `model@version`, or `human`. `hidden`
    and `removed` are the indexes of the measures that stand now; `moderated` holds all of them with their types.
    `noted` holds, with their types, the events that no other field tells of: repetitions, what machines have seen, and
    what a drill did to it, which counts for nothing.
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
    judges: tuple[str, ...] = ()
    outcomes: tuple[Said, ...] = ()
    themes: tuple[Said, ...] = ()
    edits: tuple[Said, ...] = ()
    moderated: tuple[Said, ...] = ()
    noted: tuple[Said, ...] = ()
    hidden: int | None = None
    removed: int | None = None
    deleted: int | None = None
    missing: int | None = None
    withdrawn: int | None = None

    @property
    def waits(self) -> bool:
        """Return whether someone waits for us: as `comment_states.waiting`, of one comment."""
        answered = any(answer.by != "machine" for answer in self.answers)
        settled = bool(self.outcomes) and self.outcomes[-1].what != "escalated"
        spam = bool(self.labels) and self.labels[-1].what == "spam"
        over = answered or settled or spam or self.deleted is not None or self.removed is not None
        return self.kind == "comment" and not (self.exercise or over)


SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
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
_SEEN = frozenset(
    {
        "comment.observed_unreported",
        "comment.observed_changed",
        "comment.observed_moderated",
        "reply.observed_missing",
        "reply.observed_unreported",
        "reply.observed_changed",
    }
)
_ORIGINS: Mapping[str, Literal["comment", "reply"]] = MappingProxyType(
    {"comment.received": "comment", "reply.posted": "reply"}
)


class Comments(Projection[ContentRow]):
    """One row a content and incident. An event changes a content once, however often it is linked."""

    name = "comments"
    version = 3
    types = frozenset({*SAID, *_EDITS, *_MEASURES, *_GONE, *_SEEN, *_ORIGINS, "comment.unassigned", "comment.labelled"})
    row = ContentRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the content that the event is about, with those that it answers, links or takes along."""
        if event.incident is not None:
            yield from (RowKey(event.incident, name) for name in dict.fromkeys(_contents(event)))

    def fold(self, row: ContentRow | None, key: RowKey, event: Event) -> ContentRow:
        """Note the event's index and what it says of the content, unless it has been folded before."""
        before = row or _UNHEARD_OF
        if event.index in before.indexes:
            return before
        changes = _changes(before, key.key, event)
        changes["indexes"] = (*before.indexes, event.index)
        return before.changed(changes)

    def rank(self, row: ContentRow) -> str | None:
        """Return when a comment that waits was made, so that who waits longest is first."""
        if not row.waits or row.at is None or row.received is None:
            return None
        return f"{ranked(row.at)}|{index_key(row.received)}"


COMMENTS = Comments()
_UNHEARD_OF = ContentRow()


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


def _changes(row: ContentRow, name: str, event: Event) -> dict[str, Any]:
    """Return the fields of the content `name` that the event changes."""
    kind, at = event.type, micros(event.moment)
    if kind in _ORIGINS and (kind == "comment.received" or name == event.text("external_id")):
        return _brought_in(event, at) if row.received is None else _noted(row, event, at)
    if event.exercise or kind in _SEEN:
        return _noted(row, event, at)
    if kind == "reply.posted":
        return {"answers": (*row.answers, Answer(event.index, at, event.text("external_id"), _author(event)))}
    if kind in SAID:
        if kind == "comment.acknowledged" and by_machine(event):
            return _noted(row, event, at)
        where, field = SAID[kind]
        said = {where: (*getattr(row, where), Said(event.index, at, event.text(field) or ""))}
        return said | {"judges": (*row.judges, _judge(event))} if where == "sentiments" else said
    return _changed(row, event, Said(event.index, at, kind))


def _judge(event: Event) -> str:
    """Name the model and version that judged; without a model it was a person."""
    model = event.text("model")
    return "human" if model is None or event.text("by") == "human" else f"{model}@{event.text('version') or '?'}"


def _brought_in(event: Event, at: int) -> dict[str, Any]:
    return {
        "kind": _ORIGINS[event.type],
        "received": event.index,
        "at": at,
        "platform": event.text("platform"),
        "account": event.text("account"),
        "lang": event.text("lang"),
        "parent": event.text("in_reply_to"),
        "root": event.text("external_root_id"),
        "exercise": event.exercise,
    }


def _noted(row: ContentRow, event: Event, at: int) -> dict[str, Any]:
    return {"noted": (*row.noted, Said(event.index, at, event.type))}


def _changed(row: ContentRow, event: Event, said: Said) -> dict[str, Any]:
    if event.type in _GONE:
        return {_GONE[event.type]: event.index, "noted": (*row.noted, said)}
    if event.type in _EDITS:
        return {"edits": (*row.edits, said)}
    if event.type == "comment.unassigned":
        return {"assigned": (*row.assigned, Said(said.event, said.at, ""))}
    changed: dict[str, Any] = {"moderated": (*row.moderated, said)}
    if event.type in _MEASURES:
        where, standing = _MEASURES[event.type]
        changed[where] = event.index if standing else None
    return changed


def by_machine(event: Event) -> bool:
    """Tell whether a machine acted: a service, a rule, the platform. Who doesn't say counts as people."""
    return event.actor is not None and event.actor.kind != "person"


def _author(event: Event) -> Literal["person", "machine", "unknown"]:
    """Tell whether people answered: rules, services and bots don't stop the clock."""
    author = event.value("author")
    if (isinstance(author, dict) and author.get("kind") in {"bot", "service"}) or by_machine(event):
        return "machine"
    return "unknown" if event.actor is None else "person"
