"""A log with everything in it that an audit follows: a full tile, two incidents, numbered sources, a recorded gap."""

import json

from ledger.store.tokens import Role
from tests.service.fixture import Service

TOGETHER = 262
"""So many events come in one request; the first tile is full after 256 entries."""
ALONE = 10
"""So many come one by one behind them, each under a checkpoint of its own."""
GAPS = 1
SIZE = TOGETHER + ALONE + GAPS


def event(number: int, *, subject: str | None = "paris-outage", **attributes: object) -> dict[str, object]:
    """Return a comment; its number makes it another."""
    document: dict[str, object] = {
        "specversion": "1.0",
        "type": "comment.received",
        "source": "urn:connector:x:acme",
        "id": f"c{number}",
        "time": "2026-11-22T10:00:00Z",
        "data": {
            "platform": "x",
            "external_id": str(number),
            "author": {"id": f"u{number % 7}", "handle": "@müller"},
            "in_reply_to": None,
            "text": f"Comment {number}: où est mon colis?\n\u0007",
            "metrics": {"likes": number},
        },
    }
    return document | ({"subject": subject} if subject else {}) | attributes


def story() -> list[dict[str, object]]:
    """Return the events: two incidents, every fifth in none, the first numbered, with a jump from 20 to 22."""
    events = []
    for number in range(TOGETHER + ALONE):
        subject = None if number % 5 == 4 else "lyon-delays" if number % 3 == 2 else "paris-outage"
        numbered = {"sequence": number + 1 + (number > 20)} if number < 40 else {}
        events.append(event(number, subject=subject, **numbered))
    return events


async def post_story(service: Service) -> None:
    """Post the story and wait until the projections have it."""
    events = story()
    bearer = service.bearer(Role.POSTER)
    body = "\n".join(json.dumps(event) for event in events[:TOGETHER])
    headers = bearer | {"Content-Type": "application/x-ndjson"}
    async with service.session.post(f"{service.url}/events", data=body, headers=headers) as response:
        statuses = {json.loads(line)["status"] for line in (await response.text()).splitlines()}
    assert statuses == {201}
    for each in events[TOGETHER:]:
        headers = bearer | {"Content-Type": "application/cloudevents+json"}
        async with service.session.post(f"{service.url}/events", data=json.dumps(each), headers=headers) as response:
            assert response.status == 201, await response.text()
    url = f"{service.url}/incidents?after={SIZE - 1}"
    async with service.session.get(url, headers=service.bearer(Role.READER)) as response:
        assert response.status == 200
