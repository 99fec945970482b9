"""A client that holds every answer against the OpenAPI document."""

import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from events.strict import JsonObject
from ledger.store.tokens import Role
from ledger.web.cloudevents import BATCH_TYPE, EVENT_TYPE, NDJSON_TYPE
from ledger.web.problems import MEDIA_TYPE, PREFIX
from tests.http.documented import require_documented
from tests.service.fixture import Service

Event = JsonObject
SOURCE = "urn:connector:x:acme"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def lines(self) -> list[Any]:
        """The body as NDJSON."""
        return [json.loads(line) for line in self.body.splitlines()]

    @property
    def problem(self) -> str | None:
        """The last part of the problem's type, None where it is no problem."""
        if not self.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return None
        type_: str = self.document["type"]
        return type_.removeprefix(PREFIX)

    @property
    def pointers(self) -> list[str]:
        """Where the faults are."""
        return [fault["pointer"] for fault in self.document.get("errors", [])]


class Client:
    """Sends requests to the ledger `demo`."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        role: Role | None = None,
    ) -> Answer:
        """Send a request.

        `path` goes out as it is, percent signs and all; below the ledger unless it begins with //.
        """
        url = self.service.base_url + path[1:] if path.startswith("//") else self.service.url + path
        bearer = self.service.bearer(role) if role else {}
        request = self.service.session.request(
            method,
            URL(url, encoded=True),
            data=None if body is None else io.BytesIO(body),
            headers=CIMultiDict([*bearer.items(), *(headers or {}).items()]),
            skip_auto_headers=["Content-Type"],
            allow_redirects=False,
        )
        async with request as response:
            answer = Answer(response.status, response.headers, await response.read())
        require_documented(method, URL(url, encoded=True).raw_path, answer.status, answer.headers, answer.body)
        return answer

    async def get(self, path: str, role: Role | None = Role.READER, **headers: str) -> Answer:
        """GET; underscores in the names of headers stand for dashes."""
        return await self.send("GET", path, headers=_dashed(headers), role=role)

    async def post_bytes(
        self, body: bytes, content_type: str | None = EVENT_TYPE, role: Role | None = Role.POSTER, **headers: str
    ) -> Answer:
        """POST a body to the ledger's events."""
        typed = {"Content-Type": content_type} if content_type else {}
        return await self.send("POST", "/events", body=body, headers={**typed, **_dashed(headers)}, role=role)

    async def post(self, event: Event, **headers: str) -> Answer:
        """POST an event in structured mode."""
        return await self.post_bytes(written(event), **headers)

    async def post_batch(self, events: Sequence[Any], **headers: str) -> Answer:
        """POST events as one batch."""
        return await self.post_bytes(written(events), BATCH_TYPE, **headers)

    async def post_lines(self, events: Sequence[Event | bytes], **headers: str) -> Answer:
        """POST events as NDJSON."""
        lines = [event if isinstance(event, bytes) else written(event) for event in events]
        return await self.post_bytes(b"\n".join(lines), NDJSON_TYPE, **headers)

    async def size(self) -> int:
        """Return how many entries the ledger has."""
        size: int = (await self.get("", None)).document["size"]
        return size


def comment(event_id: str | None = None, *, data: Mapping[str, Any] | None = None, **attributes: Any) -> Event:
    """Return a valid event, new each time unless it is given an id; an attribute given as None is left out."""
    own = event_id or str(uuid.uuid4())
    event = {
        "specversion": "1.0",
        "id": own,
        "source": SOURCE,
        "type": "comment.received",
        "time": "2026-11-22T14:00:00Z",
        "data": {"platform": "x", "external_id": own, "text": "Toujours en panne ?", **(data or {})},
        **attributes,
    }
    return {name: value for name, value in event.items() if value is not None}


def written(document: Any) -> bytes:
    """Return a document as JSON without blanks."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
