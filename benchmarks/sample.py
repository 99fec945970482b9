"""The event that every measurement posts: a comment of about 600 bytes, different from the others by its id alone."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

ID = "@@@@@@@@@@@@@@@@@@@@"
"""Stands in a template where each event has its own id, of the same length."""

EVENT_BYTES = 600
_TEXT = (
    "Still no connection in the whole of the 11th arrondissement since this morning, and the hotline says that "
    "nothing is known. Is anybody working on it at all? Ça fait six heures que nous attendons, une réponse serait bien."
)


def template(incident: str) -> bytes:
    """Return a comment of `EVENT_BYTES` in the CloudEvents JSON format, with `ID` in two places."""
    data = {
        "platform": "x",
        "external_id": ID,
        "author": {"id": "u-48213", "handle": "rue_oberkampf", "name": "Camille D.", "kind": "person"},
        "in_reply_to": None,
        "text": _TEXT,
        "lang": "fr",
    }
    event = {
        "specversion": "1.0",
        "type": "comment.received",
        "source": "urn:connector:x:acme",
        "id": ID,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "subject": incident,
        "data": data,
    }
    missing = EVENT_BYTES - len(_render(event))
    return _render({**event, "data": {**data, "text": _TEXT + "." * missing}})


def event(of: bytes, prefix: str, number: int) -> bytes:
    """Return the event that `number` makes of the template `of`; no two prefixes share an id."""
    return of.replace(ID.encode(), f"{prefix}-{number:0{len(ID) - len(prefix) - 1}d}".encode())


def _render(event: Mapping[str, object]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
