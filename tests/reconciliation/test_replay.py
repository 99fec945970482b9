"""A month of a real status page, replayed: every silent rewrite is found, with the time at which it was seen."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.http.client import Client
from tests.reconciliation.account import Account, Item, events_of


async def test_a_months_silent_rewrites_are_found_once(client: Client, shared_data: Path) -> None:
    file = shared_data / "cloudflare_status_snapshots_2025-11.ndjson"
    for _ in range(2):
        for line in file.read_bytes().splitlines():
            await replay(client, json.loads(line), sha256(line).hexdigest())
    changes = await events_of(client, "update.observed_changed")
    assert (len(changes), len({event["update_id"] for event in changes})) == (10, 6)
    titles = await events_of(client, "incident.observed_retitled")
    assert (len(titles), len({event["incident"] for event in titles})) == (4, 3)
    assert await events_of(client, "update.observed_redated") == []
    updates = [
        event for event in await events_of(client, "update.observed") if event["shown_at"][:16] == "2025-11-18T11:48"
    ]
    (first,) = updates
    versions = [event for event in changes if event["update_id"] == first["update_id"]]
    assert len({first["text"], *(event["after"] for event in versions)}) == 3
    assert all(event["shown_at"][:16] == "2025-11-18T11:48" for event in versions)
    view = await client.get(f"/incidents/{first['incident']}/updates?after={await client.size() - 1}")
    (shown,) = [one for one in view.document["updates"] if one["update_id"] == first["update_id"]]
    assert [one["kind"] for one in shown["versions"]] == ["observed", "observed_changed", "observed_changed"]
    assert [one["at"][:10] for one in shown["versions"]] == ["2025-11-18"] * 3


async def replay(client: Client, told: dict[str, Any], digest: str) -> None:
    """Send one look at the page."""
    at = told["snapshot_at"]
    head = {
        "snapshot": "snapshot/1",
        "platform": "statuspage",
        "account": "www.cloudflarestatus.com",
        "kind": "page",
        "window": {"from": "2025-11-01T00:00:00Z", "to": at},
        "taken_at": at,
        "completeness": "partial",
        "file_sha256": digest,
    }
    items: list[Item] = []
    for incident in told["incidents"]:
        items.append({"kind": "incident", "external_id": incident["id"], "title": incident["name"]})
        items += [
            {
                "kind": "update",
                "external_id": update["id"],
                "incident": incident["id"],
                "title": incident["name"],
                "text": update["body"],
                "status": update["status"],
                "shown_at": update["display_at"],
            }
            for update in incident["incident_updates"]
        ]
    answer = await Account(client).send(head, items)
    assert answer.status in {200, 201}, answer.body
