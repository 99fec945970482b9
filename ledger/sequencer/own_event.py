"""Events of the service's own."""

from datetime import datetime

from events.entry import SERVICE_SOURCE
from events.envelope import Posted
from events.strict import JsonObject
from ledger.sequencer.draft import Draft, draft_event


def own_event(
    ledger: str, type_: str, identity: str, time: datetime, data: JsonObject, incident: str | None = None
) -> Draft:
    """Seal an event that the ledger itself records. Under the same `identity` it is recorded once."""
    fields = {"id": identity, "time": time.isoformat(), **data}
    source = f"{SERVICE_SOURCE}{ledger}"
    return draft_event(Posted(identity, source, type_, incident, None, time, fields, recorded_by_service=True))
