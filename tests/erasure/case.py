"""A person's traces in a ledger, and the two who decide over them."""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import asyncpg

from events.subject import author_hash
from ledger.app import utc_now
from ledger.store.connections import open_pool
from ledger.store.tokens import Role, Tokens
from tests.http.client import Answer, Client, Event, comment, written
from tests.service.fixture import LEDGER, Service

AUTHOR, HANDLE = "u-zq4711", "jeanne.zq"
WORDS = "Zqvonne paid twice"
SUBJECT = {"platform": "x", "author": AUTHOR, "handle": f"@{HANDLE}"}
MARKERS = (AUTHOR, HANDLE, "Zqvonne", "zq-id", author_hash(AUTHOR))
FIRST, SECOND = "person:ana;role=dpo", "person:bob;role=counsel"


async def second_admin(service: Service) -> str:
    """Make another token with the role admin."""
    async with open_pool(service.database_url, size=1) as pool:
        return await Tokens(pool, utc_now).create(LEDGER, [Role.ADMIN], [], "second", None)


@dataclass
class Case:
    """A ledger with a person's traces. `at` has the index of each event by a name."""

    client: Client
    second: str
    at: dict[str, int] = field(default_factory=dict)
    posted: list[Event] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    async def post(self, name: str, event: Event) -> int:
        answer = await self.client.post(event, role=Role.ADMIN)
        assert answer.status == 201, answer.document
        self.at[name] = answer.document["index"]
        self.posted.append(event)
        self.receipts.append(answer.document["receipt"])
        return self.at[name]

    async def tell(self) -> None:
        """Post the person's traces, and others'."""
        author = {"id": AUTHOR, "handle": HANDLE, "name": "Zqvonne"}
        theirs = {"external_id": "c-1", "author": author, "text": WORDS, "url": f"https://x.example/{HANDLE}"}
        await self.post("comment", comment("zq-id-1", data=theirs, subject="paris", actor=f"author:{AUTHOR}"))
        await self.post("label", comment("zq-id-2", data={"external_id": "c-2", "author": AUTHOR, "text": WORDS}))
        await self.post(
            "other", comment("o-1", data={"external_id": "c-9", "author": "u-2", "text": f"{HANDLE} is right"})
        )
        edit = {
            "external_id": "c-1",
            "revision": 2,
            "after": WORDS + "!",
            "before_sha": sha256(WORDS.encode()).hexdigest(),
        }
        await self.post("edit", event("comment.edited_by_author", edit, "zq-id-3", subject="paris"))
        hidden = {
            "target": "c-1",
            "reason_code": "privacy",
            "reason_text": "An address was shown.",
            "policy_ref": "rules@1#1",
            "scope": "page",
        }
        await self.post("hidden", event("comment.hidden", hidden, "h-1", subject="paris", actor="person:mod"))
        appeal = {"appeal_id": "a-1", "target_event": self.at["hidden"], "grounds": f"I am {AUTHOR}, {WORDS}"}
        await self.post("appeal", event("appeal.received", appeal, "zq-id-4", subject="paris"))
        blocked = {"author_id_hash": author_hash(AUTHOR), "reason": WORDS, "policy_ref": "rules@1#2", "platform": "x"}
        await self.post("blocked", event("author.blocked", blocked, "zq-id-5", actor="person:mod"))
        report = {"target": "c-1", "report_type": "user", "text": WORDS}
        await self.post("report", event("report.received", report, "r-1", actor="author:u-3"))
        await self.post("custom", event("custom.crm", {"customer": AUTHOR, "phone": "Zqvonne 0600"}, "zq-id-6"))
        await self.post("noted", event("custom.note", {"about": f"call {AUTHOR} back", "tone": "kind"}, "zq-id-7"))
        await self.post(
            "elsewhere", comment("m-1", data={"platform": "mastodon", "external_id": "c-1", "text": "hello"})
        )

    async def request(self, subject: Any = None, **members: Any) -> Answer:
        body = {"subject": subject or SUBJECT, "law": "GDPR Art. 17", "scope": "All.", "actor": FIRST, **members}
        return await self.send("/erasures", body)

    async def decide(self, request: int, decision: str = "granted", subject: Any = None, **members: Any) -> Answer:
        body = {"subject": subject or SUBJECT, "decision": decision, "reason": "It is their right.", "actor": SECOND}
        return await self.send(f"/erasures/{request}/decision", {**body, **members}, self.second)

    async def send(self, path: str, body: Any, token: str | None = None) -> Answer:
        bearer = token or self.client.service.tokens[Role.ADMIN]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {bearer}"}
        return await self.client.send("POST", path, body=written(body), headers=headers)

    async def erase(self) -> tuple[int, list[int]]:
        """Request and grant everything; return the request and the tombstones."""
        asked = await self.request()
        assert asked.status == 201, asked.document
        done = await self.decide(asked.document["index"])
        assert done.status == 201, done.document
        return asked.document["index"], done.document["tombstones"]

    async def folded(self) -> None:
        """Wait until the projections have seen everything."""
        await self.client.get(f"/incidents?after={await self.client.size() - 1}")

    async def event(self, name: str | int, role: Role = Role.AUDITOR) -> Any:
        index = self.at[name] if isinstance(name, str) else name
        return (await self.client.get(f"/events/{index}", role)).document


def event(type_: str, data: dict[str, Any], event_id: str, **attributes: Any) -> Event:
    """An event of another type."""
    return {**comment(event_id, type=type_, **attributes), "data": data}


async def dump(dsn: str) -> str:
    """Return every value of every table of the database as text, bytes as what they spell and in hex."""
    connection = await asyncpg.connect(dsn)
    tables = await connection.fetch(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('ledger', 'public')"
    )
    parts: list[str] = []
    for schema, table in tables:
        for row in await connection.fetch(f'SELECT * FROM {schema}."{table}"'):  # noqa: S608 - names of our own
            for value in row.values():
                if isinstance(value, bytes):
                    parts += [value.decode("latin-1"), value.hex()]
                parts.append(str(value))
    await connection.close()
    return "\n".join(parts)


def spellings(marker: str) -> list[str]:
    """Return how a text could stand somewhere: as it is, in hex, base64 and as its SHA-256."""
    raw, digest = marker.encode(), sha256(marker.encode())
    return [
        marker,
        json.dumps(marker)[1:-1],
        raw.hex(),
        base64.b64encode(raw).decode().rstrip("=")[:-1],
        digest.hexdigest(),
        base64.b64encode(digest.digest()).decode(),
        base64.urlsafe_b64encode(digest.digest()).decode().rstrip("="),
    ]
