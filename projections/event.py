"""An event as the log holds it, for folds: its entry's facts, and the values of the fields that are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from events.actor import Actor
from events.strict import JsonValue
from events.times import read_time
from events.upcasting import upcast_openings
from events.vocabulary import about


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log. `openings` lacks what was erased or is withheld from whoever folds.

    `linked_by`: the event that brought this one into `incident`, where it isn't the incident's own.
    `source_seq`: its number among those of its source, where that source numbers them.
    """

    index: int
    type: str
    source: str
    accepted_at: str
    incident: str | None
    seq: int | None
    openings: Mapping[str, Mapping[str, Any]]
    linked_by: int | None = None
    source_seq: int | None = None

    def value(self, field: str) -> JsonValue:
        """Return a field's value, None where it is null, absent or not open."""
        opening = self.openings.get(field)
        return None if opening is None else opening["value"]

    def text(self, field: str) -> str | None:
        """Return a field's value where it is a string."""
        value = self.value(field)
        return value if isinstance(value, str) else None

    @property
    def time(self) -> datetime | None:
        """Return when it happened, by the source's clock; None where that is not open."""
        claimed = self.text("time")
        # Strictly read when it was posted; here a tenth of that has to do, since every fold and reader asks.
        return None if claimed is None else datetime.fromisoformat(claimed.upper())

    def time_said(self, field: str) -> datetime | None:
        """Return the time that a field says, in UTC; None where it says none or isn't open."""
        text = self.text(field)
        return None if text is None else read_time(text).astimezone(UTC)

    @property
    def moment(self) -> datetime:
        """Return when it happened as far as is known: its source's claim, else when the ledger accepted it."""
        return self.time or self.accepted

    @property
    def accepted(self) -> datetime:
        """Return when the ledger accepted it, by its own clock."""
        return datetime.fromisoformat(self.accepted_at)

    @property
    def actor(self) -> Actor | None:
        """Return who acted, None where that is not said or not open."""
        acted = self.value("actor")
        return None if acted is None else _actor(acted if isinstance(acted, str) else orjson.dumps(acted))

    @property
    def exercise(self) -> bool:
        """Return whether it says that it is part of a drill."""
        return self.value("exercise") is True

    @property
    def object(self) -> str | None:
        """Return what the event is about as `<kind>|<id>`, None where that is nothing in particular or not open."""
        named = about(self.type)
        identity = self.value(named[1]) if named else None
        return None if named is None or identity is None else f"{named[0]}|{identity}"


@lru_cache(maxsize=4096)
def _actor(text: str | bytes) -> Actor:
    return Actor.parse(text) if isinstance(text, str) else Actor.model_validate_json(text)


def forget_actors() -> None:
    """Drop from memory who acted: some of them may have been erased."""
    _actor.cache_clear()


def read_event(index: int, entry: bytes, openings: bytes | None) -> Event:
    """Read a stored event. The bytes are trusted to be the ledger's own; verifying them is not a fold's task."""
    facts = orjson.loads(entry)
    incident = facts.get("incident") or {}
    type_, opened = upcast_openings(facts["type"], orjson.loads(openings) if openings else {})
    return Event(
        index,
        type_,
        facts["source"]["id"],
        facts["accepted_at"],
        incident.get("id"),
        incident.get("seq"),
        opened,
        source_seq=facts["source"].get("seq"),
    )
