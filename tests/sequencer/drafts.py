"""Events on their way into a log, for tests that need no HTTP."""

from datetime import UTC, datetime

from events.envelope import Posted
from events.strict import JsonObject
from ledger.sequencer.draft import Draft, Unit, draft_event

SOURCE = "urn:connector:x"
NOW = datetime(2026, 11, 22, 14, 0, 0, tzinfo=UTC)


def comment(
    id_: object, incident: str | None = None, sequence: int | None = None, *, source: str = SOURCE, text: str = "hé"
) -> Draft:
    """A comment that was received, sealed with fresh salts."""
    data: JsonObject = {"platform": "x", "external_id": str(id_), "text": text}
    fields = {"id": str(id_), "time": NOW.isoformat(), **data}
    return draft_event(
        Posted(str(id_), source, "comment.received", incident, sequence, NOW, fields, recorded_by_service=False)
    )


def alone(*drafts: Draft) -> list[Unit]:
    """Each event as a request of its own."""
    return [Unit([draft]) for draft in drafts]


def record(type_: str, data: JsonObject) -> Draft:
    """An event of the service's own, as the registry makes it."""
    identity = ":".join([type_, *(str(value) for value in data.values())])
    fields = {"id": identity, "time": NOW.isoformat(), **data}
    return draft_event(Posted(identity, "urn:ledgerd:demo", type_, None, None, NOW, fields, recorded_by_service=True))
