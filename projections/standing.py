"""What stands in public by the ledger's word: contents on their platforms, updates on pages, incidents' titles.

One row an object of the whole ledger, whatever the incident, for comparison with what platforms and pages show. Of
words it knows only which event holds them. Drills never reach the public, so they aren't here.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from projections.event import Event
from projections.instants import micros
from projections.projection import ObjectProjection, ObjectRow, RowKey

Kind = Literal["comment", "reply", "update"]
What = Literal["text", "deleted", "hidden", "unhidden", "removed", "restored", "withdrawn", "titled"]
SETTINGS = "settings|"
"""The key of the row whose last event configured the checks."""


class Origin(NamedTuple):
    """The event (its index) that brought an object in, when (µs since 1970), what it is, where it stands, and whose.

    Platforms may give the same id to different contents, so a row has an origin for each platform and account.
    """

    event: int
    at: int
    kind: Kind
    platform: str | None
    account: str | None
    incident: str | None


class Change(NamedTuple):
    """What an event (its index) made of an object, and when (µs since 1970); where, if the event says so.

    `said`: the new title.
    """

    event: int
    at: int
    what: What
    platform: str | None
    account: str | None
    said: str | None = None


class StandingRow(ObjectRow):
    """One object: where it came from, and what became of it, in the order of the log."""

    origins: tuple[Origin, ...] = ()
    changes: tuple[Change, ...] = ()


_ORIGINS: Mapping[str, Kind] = MappingProxyType(
    {"comment.received": "comment", "reply.posted": "reply", "update.published": "update"}
)
_CONTENTS = frozenset({"comment.received", "reply.posted"})
_CHANGES: Mapping[str, What] = MappingProxyType(
    {
        "comment.edited_by_author": "text",
        "comment.deleted_by_author": "deleted",
        "comment.hidden": "hidden",
        "comment.unhidden": "unhidden",
        "comment.removed": "removed",
        "comment.restored": "restored",
        "reply.edited": "text",
        "reply.withdrawn": "withdrawn",
        "update.corrected": "text",
        "update.withdrawn": "withdrawn",
        "incident.opened": "titled",
        "incident.title_changed": "titled",
    }
)


class Standing(ObjectProjection[StandingRow]):
    """One row an object: `content|<external id>`, `update|<update id>`, `title|<incident>`; and `settings|`."""

    name = "standing"
    version = 1
    types = frozenset({*_ORIGINS, *_CHANGES, "checks.configured"})
    row = StandingRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the objects that the event is about, with those that a measure takes along."""
        if event.linked_by is not None or event.exercise:
            return
        if event.type in _CONTENTS:
            if (name := event.object) is not None:
                yield RowKey("", name)
            return
        yield from (RowKey("", name) for name in dict.fromkeys(_objects(event)))

    def fold(self, row: StandingRow | None, key: RowKey, event: Event) -> StandingRow:
        """Begin an object's row at once where it is a comment or reply: nearly every event is the first of one."""
        if row is None and event.type in _CONTENTS:
            return StandingRow.model_construct(
                indexes=(event.index,), origins=(_origin(event, _ORIGINS[event.type], micros(event.moment)),)
            )
        return super().fold(row, key, event)

    def change(self, row: StandingRow, event: Event) -> StandingRow:
        """Note where the object came from, or what became of it."""
        what: What | None = _CHANGES.get(event.type)
        at, platform, account = micros(event.moment), event.text("platform"), event.text("account")
        if (kind := _ORIGINS.get(event.type)) is not None:
            if kind == "update" and event.text("audience") != "public":
                return row
            if not any(kind == "update" or one[3:5] == (platform, account) for one in row.origins):
                return row.changed({"origins": (*row.origins, _origin(event, kind, at))})
            what = "text" if kind == "update" else None
        if what is None:
            return row
        return row.changed({"changes": (*row.changes, Change(event.index, at, what, platform, account, _said(event)))})


STANDING = Standing()


def content_key(external_id: str) -> str:
    """Return the key of a comment or reply."""
    return f"content|{external_id}"


def update_key(update_id: str) -> str:
    """Return the key of an update."""
    return f"update|{update_id}"


def title_key(incident: str) -> str:
    """Return the key of an incident's titles."""
    return f"title|{incident}"


def _origin(event: Event, kind: Kind, at: int) -> Origin:
    return Origin(event.index, at, kind, event.text("platform"), event.text("account"), event.incident)


def _objects(event: Event) -> Iterator[str]:
    if event.type == "checks.configured":
        yield SETTINGS
    elif event.type.startswith("incident."):
        yield title_key(event.incident or "")
    elif event.object is not None:
        yield event.object
        taken = event.value("cascade_ids")
        yield from map(content_key, taken if isinstance(taken, list) else ())


def _said(event: Event) -> str | None:
    return event.text("to") if event.type == "incident.title_changed" else event.text("title")
