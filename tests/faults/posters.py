"""Posters that insist: an event without an answer is posted again, until there is one."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from aiohttp import ClientError, ClientSession, ClientTimeout

from ledger.core.receipt import Receipt, parse_receipt

_ONE = "application/cloudevents+json"
_BATCH = "application/cloudevents-batch+json"
SOURCE = "urn:connector:load"


def event(id_: str, incident: str | None = "paris") -> dict[str, object]:
    data = {"platform": "x", "external_id": id_, "text": f"On attend toujours, {id_}."}
    document: dict[str, object] = {
        "specversion": "1.0",
        "type": "comment.received",
        "source": SOURCE,
        "id": id_,
        "time": "2026-11-22T10:00:00Z",
        "data": data,
    }
    return document | ({"subject": incident} if incident else {})


@dataclass(slots=True)
class Acknowledged:
    """What posters were told: for each event its receipt; which events they had to post again; how long they waited."""

    receipts: dict[str, bytes] = field(default_factory=dict)
    retried: set[str] = field(default_factory=set)
    waits: list[tuple[float, float]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def parsed(self) -> Iterator[tuple[str, Receipt]]:
        return ((id_, parse_receipt(receipt)) for id_, receipt in self.receipts.items())


@dataclass(slots=True)
class Poster:
    """Posts events of its own, one after the other or in batches, to whatever address `url` gives at the moment."""

    name: str
    session: ClientSession
    token: str
    url: Callable[[], str]
    told: Acknowledged
    batch: int = 1
    patience: float = 5.0

    async def insist(self, ids: Iterator[str] | None = None) -> None:
        """Post until cancelled, or until the ids are used up."""
        names = ids or (f"{self.name}-{number}" for number in count())
        while wanted := [name for name, _ in zip(names, range(self.batch), strict=False)]:
            began = perf_counter()
            answers = await self.post([event(name) for name in wanted])
            while answers is None:
                self.told.retried.update(wanted)
                await asyncio.sleep(0.02)
                answers = await self.post([event(name) for name in wanted])
            self.told.waits.append((began, perf_counter() - began))
            for name, answer in zip(wanted, answers, strict=True):
                self._acknowledge(name, answer)

    async def post(self, events: list[dict[str, object]]) -> list[dict[str, str]] | None:
        """Return the answers, None where there was none or the service asked to try again."""
        body = json.dumps(events if self.batch > 1 else events[0])
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": _BATCH if self.batch > 1 else _ONE}
        timeout = ClientTimeout(total=self.patience)
        try:
            async with self.session.post(f"{self.url()}/events", data=body, headers=headers, timeout=timeout) as answer:
                text = await answer.text()
                if answer.status == 503:
                    self.told.refused.append((answer.status, text))
                    return None
                assert answer.status in {200, 201}, (answer.status, text)
        except (ClientError, TimeoutError):
            return None
        document = json.loads(text)
        answers: list[dict[str, str]] = document["events"] if self.batch > 1 else [document]
        return answers

    def _acknowledge(self, name: str, answer: dict[str, str]) -> None:
        receipt = answer["receipt"].encode()
        assert self.told.receipts.setdefault(name, receipt) == receipt, f"{name} got another receipt than at first"


def posted_id(openings: bytes) -> str:
    """The id that an event was posted under."""
    id_: str = json.loads(openings)["id"]["value"]
    return id_
