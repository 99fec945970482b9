"""A crisis told over HTTP as it happens: events, what platform and page show, and what the checks make of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from events.strict import JsonObject
from ledger.store.tokens import Role
from ledger.web.cloudevents import NDJSON_TYPE
from tests.http.client import Client, written

BEGUN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
INCIDENT = "paris"
ACCOUNT = {"platform": "x", "account": "acme"}
PAGE = {"platform": "web", "account": "status.acme.example"}
CONNECTOR = "urn:connector:x:acme"
GRAVE = ("failure", "warning")


@dataclass(slots=True)
class Clock:
    """A clock that stands until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Story:
    """The incident `paris` of the ledger `demo`, told as time goes on."""

    client: Client
    clock: Clock
    told: int = 0

    def later(self, minutes: float) -> None:
        """Let time pass."""
        self.clock.now += timedelta(minutes=minutes)

    def ago(self, minutes: float = 0) -> str:
        """The time so many minutes ago."""
        return (self.clock.now - timedelta(minutes=minutes)).isoformat()

    async def tell(  # noqa: PLR0913 - what an event may say
        self,
        type_: str,
        data: JsonObject,
        *,
        actor: str | None = None,
        subject: str | None = INCIDENT,
        time: str | None = None,
        source: str = CONNECTOR,
        sequence: int | None = None,
    ) -> int:
        """Post an event, which the ledger must accept, and return its index."""
        self.told += 1
        event = {
            "specversion": "1.0",
            "id": f"e-{self.told}",
            "source": source,
            "type": type_,
            "time": time or self.ago(),
            "subject": subject,
            "actor": actor,
            "sequence": None if sequence is None else str(sequence),
            "data": data,
        }
        answer = await self.client.post({name: value for name, value in event.items() if value is not None})
        assert answer.status == 201, answer.document
        index: int = answer.document["index"]
        return index

    async def comment(self, name: str, text: str = "Toujours en panne ?", **more: Any) -> int:
        """Somebody comments; `author` says who."""
        data = {**ACCOUNT, "external_id": name, "text": text, "author": {"id": f"author-of-{name}"}}
        envelope = {key: more.pop(key) for key in ("time", "source", "sequence", "subject") if key in more}
        return await self.tell("comment.received", {**data, **more}, **envelope)

    async def reply(self, name: str, to: str) -> int:
        """We answer."""
        data = {**ACCOUNT, "external_id": name, "in_reply_to": to, "text": f"We look into it ({name})."}
        return await self.tell("reply.posted", data, actor="person:ines;role=community_manager")

    async def publish(self, name: str, text: str, due: str | None = None) -> int:
        """We publish an update."""
        said = {"update_id": name, "audience": "public", "channel": ["web"], "text": text, "next_update_due": due}
        return await self.tell("update.published", said, actor="person:jeanne;role=incident_lead")

    async def compare(self, *items: JsonObject, kind: str = "account") -> JsonObject:
        """Import what the account, or the page, shows now, and return what came of it."""
        place = ACCOUNT if kind == "account" else PAGE
        header = {
            "snapshot": "snapshot/1",
            **place,
            "kind": kind,
            "window": {"from": (BEGUN - timedelta(days=1)).isoformat(), "to": self.ago()},
            "taken_at": self.ago(),
            "completeness": "complete",
            "file_sha256": hashlib.sha256(written([self.ago(), *items])).hexdigest(),
        }
        answer = await self.client.send(
            "POST",
            "/snapshots",
            body=b"\n".join(map(written, [header, *items])),
            headers={"Content-Type": NDJSON_TYPE},
            role=Role.POSTER,
        )
        assert answer.status in {200, 201}, answer.document
        document: JsonObject = answer.document
        return document

    async def compare_twice(self, *items: JsonObject, kind: str = "account") -> None:
        """Let grace pass, and import two snapshots that show the same."""
        self.later(20)
        await self.compare(*items, kind=kind)
        self.later(20)
        await self.compare(*items, kind=kind)

    async def found(self, code: str, *, incident: str | None = INCIDENT) -> list[JsonObject]:
        """What a check finds that is grave and unsettled."""
        size = await self.client.size()
        path = "/verdict" if incident is None else f"/incidents/{incident}/verdict"
        verdict = (await self.client.get(f"{path}?after={size - 1}", Role.AUDITOR)).document
        return [each for each in verdict["findings"] if each["code"] == code and each["severity"] in GRAVE]

    async def indexes_of(self, type_: str) -> Sequence[int]:
        """Where events of a type stand."""
        items = (await self.client.get(f"/events?type={type_}&limit=1000")).document["items"]
        return [item["index"] for item in items]


def shown(name: str, text: str = "Toujours en panne ?", kind: str = "comment", **more: Any) -> JsonObject:
    """A content as the platform shows it."""
    return {"kind": kind, "external_id": name, "text": text, "visible": True, **more}


def shown_update(name: str, text: str, at: str) -> list[JsonObject]:
    """An update, with its incident, as the page shows them."""
    return [
        {"kind": "incident", "external_id": INCIDENT, "title": "Tickets are refused"},
        {"kind": "update", "external_id": name, "incident": INCIDENT, "title": "Tickets are refused", "text": text}
        | {"shown_at": at},
    ]
