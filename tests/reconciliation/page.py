"""A public page: snapshots of the updates that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.store.tokens import Role
from tests.http.client import Client, comment
from tests.reconciliation.account import Account, Item, at, events_of, header

PLATFORM, ACCOUNT = "statuspage", "status.example.com"


def update(update_id: str, text: str, minutes: float = 0, incident: str = "outage", **more: Any) -> Item:
    """An update as the page shows it."""
    item = {"kind": "update", "external_id": update_id, "incident": incident, "title": "Outage", "text": text}
    return {**item, "shown_at": at(minutes), **more}


def titled(incident: str, title: str = "Outage") -> Item:
    """An incident that the page shows."""
    return {"kind": "incident", "external_id": incident, "title": title}


@dataclass(frozen=True, slots=True)
class Page:
    """Sends what a page shows and what is declared of it."""

    client: Client

    async def shows(self, minutes: float, *items: Item, **more: Any) -> dict[str, int]:
        """Send a partial snapshot of the page; return how many differences there are of each kind."""
        told: Mapping[str, Any] = {"kind": "page", "platform": PLATFORM, "account": ACCOUNT, "completeness": "partial"}
        answer = await Account(self.client).send(header(minutes, items, **{**told, **more}), items)
        assert answer.status == 201, answer.body
        findings: dict[str, int] = answer.document["reconciliation"]["findings"]
        return findings

    async def says(self, type_: str, minutes: float, subject: str = "paris", **data: Any) -> int:
        """Record what we declare."""
        event = comment(type=type_, time=at(minutes), subject=subject)
        event["data"] = data
        answer = await self.client.post(event)
        assert answer.status == 201, answer.body
        index: int = answer.document["index"]
        return index

    async def published(self, update_id: str, text: str, minutes: float = 0) -> int:
        """Record that we published an update."""
        said: dict[str, Any] = {"audience": "public", "channel": ["page"], "next_update_due": None}
        return await self.says("update.published", minutes, update_id=update_id, text=text, **said)

    async def differences(self, query: str = "") -> list[dict[str, Any]]:
        """The differences of the latest snapshot."""
        place = f"platform={PLATFORM}&account={ACCOUNT}&after={await self.client.size() - 1}"
        answer = await self.client.get(f"/reconciliation?{place}{query}", Role.READER)
        assert answer.status == 200, answer.body
        items: list[dict[str, Any]] = answer.document["items"]
        return items

    async def events(self, type_: str) -> list[dict[str, Any]]:
        """The fields of the events of a type, in the order of the log."""
        return await events_of(self.client, type_)
