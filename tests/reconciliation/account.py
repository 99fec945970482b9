"""An account of a platform: what the ledger is told of it, and snapshots of what it shows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from ledger.store.tokens import Role
from tests.http.client import Answer, Client, comment

BEGUN = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLATFORM, ACCOUNT = "x", "LigneClaire"
Item = dict[str, Any]


def at(minutes: float) -> str:
    """A time of the story."""
    return (BEGUN + timedelta(minutes=minutes)).isoformat()


def shown(external_id: str, text: str | None = "Toujours en panne ?", **more: Any) -> Item:
    """A comment as the account shows it; what is given as None is left out."""
    item = {"kind": "comment", "external_id": external_id, "text": text, "visible": True, **more}
    return {name: value for name, value in item.items() if value is not None}


def lines_of(header: Mapping[str, Any], items: Sequence[Item]) -> bytes:
    """A snapshot as it is sent."""
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in (header, *items)).encode()


def header(minutes: float, items: Sequence[Item], **more: Any) -> dict[str, Any]:
    """The header of a snapshot of all that the account showed so many minutes after the beginning."""
    told = {
        "snapshot": "snapshot/1",
        "platform": PLATFORM,
        "account": ACCOUNT,
        "kind": "account",
        "window": {"from": at(-60), "to": at(minutes)},
        "taken_at": at(minutes),
        "completeness": "complete",
        "file_sha256": sha256(json.dumps([minutes, list(items)]).encode()).hexdigest(),
        **more,
    }
    return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Account:
    """Sends what happens on an account, and what it shows."""

    client: Client

    async def says(self, type_: str, minutes: float, subject: str | None = "paris", **data: Any) -> int:
        """Record an event of the account; return its index."""
        attributes: dict[str, Any] = {"type": type_, "time": at(minutes), "subject": subject}
        attributes["actor"] = "person:ana;role=moderator"
        event = comment(**attributes)
        event["data"] = {"platform": PLATFORM, "account": ACCOUNT, **data}
        answer = await self.client.post(event)
        assert answer.status == 201, answer.body
        index: int = answer.document["index"]
        return index

    async def received(
        self, external_id: str, minutes: float = 0, text: str = "Toujours en panne ?", **more: Any
    ) -> int:
        """Record that a comment came."""
        return await self.says("comment.received", minutes, external_id=external_id, text=text, **more)

    async def replied(self, external_id: str, minutes: float, text: str) -> int:
        """Record that we answered."""
        return await self.says("reply.posted", minutes, external_id=external_id, text=text, in_reply_to=None)

    async def moderated(self, verb: str, target: str, minutes: float, subject: str = "paris") -> int:
        """Record a measure against a comment."""
        data: dict[str, Any] = {"target": target, "reason_code": "abuse", "reason_text": "Insults.", "scope": "page"}
        data["policy_ref"] = "rules@1#2"
        if verb in {"removed", "restored"}:
            data["cascade_ids"] = []
        return await self.says(f"comment.{verb}", minutes, subject, **data)

    async def send(self, head: Mapping[str, Any], items: Sequence[Item]) -> Answer:
        """Send a snapshot."""
        return await self.client.send(
            "POST",
            "/snapshots",
            body=lines_of(head, items),
            headers={"Content-Type": "application/x-ndjson"},
            role=Role.POSTER,
        )

    async def shows(self, minutes: float, *items: Item, **more: Any) -> dict[str, int]:
        """Send a snapshot of what the account showed; return how many differences there are of each kind."""
        answer = await self.send(header(minutes, items, **more), items)
        assert answer.status == 201, answer.body
        findings: dict[str, int] = answer.document["reconciliation"]["findings"]
        return findings

    async def differences(self, query: str = "", role: Role = Role.AUDITOR) -> list[dict[str, Any]]:
        """The differences of the latest snapshot."""
        place = f"platform={PLATFORM}&account={ACCOUNT}&after={await self.client.size() - 1}"
        answer = await self.client.get(f"/reconciliation?{place}{query}", role)
        assert answer.status == 200, answer.body
        items: list[dict[str, Any]] = answer.document["items"]
        return items

    async def events(self, type_: str) -> list[dict[str, Any]]:
        """The fields of the events of a type, in the order of the log."""
        return await events_of(self.client, type_)


async def events_of(client: Client, type_: str) -> list[dict[str, Any]]:
    """The fields of the events of a type, in the order of the log."""
    answer = await client.get(f"/events?type={type_}&limit=1000", Role.AUDITOR)
    return [
        {"index": item["index"], "incident": (item["entry"].get("incident") or {}).get("id")}
        | {name: opening["value"] for name, opening in item["openings"].items()}
        for item in answer.document["items"]
    ]
