"""An event as the log holds it, for folds: its entry's facts, and the values of the fields that are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from events.strict import JsonValue
from events.times import read_time
from events.upcasting import upcast_openings
from events.vocabulary import about


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log. `openings` lacks what was erased or is withheld from whoever folds."""

    index: int
    type: str
    source: str
    accepted_at: str
    incident: str | None
    seq: int | None
    openings: Mapping[str, Mapping[str, Any]]

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
        return None if claimed is None else read_time(claimed)

    @property
    def object(self) -> str | None:
        """Return what the event is about as `<kind>|<id>`, None where that is nothing in particular or not open."""
        named = about(self.type)
        identity = self.value(named[1]) if named else None
        return None if named is None or identity is None else f"{named[0]}|{identity}"


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
    )
