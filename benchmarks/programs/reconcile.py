"""A snapshot of an account against a ledger of --size events, a tenth of them its comments; others post meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import BATCH, EVENT, Ground, LedgerUnderTest
from benchmarks.http import Connection
from ledger.store.tokens import Role

_BATCH, _TENTH = 500, 10
_BEGUN = datetime(2026, 11, 20, tzinfo=UTC)
_GONE = 1_000
_POST_EVERY_SECONDS = 0.05
_FOLDED = "SELECT min(next) FROM ledger.projection_cursors WHERE ledger_id = $1 AND live"
Item = dict[str, Any]


async def run(ground: Ground) -> Report:
    """Send three snapshots: one of all, then two that lack a thousandth of it without a word."""
    ledger = await ground.ledger("reconcile")
    await asyncio.to_thread(_fill, ledger, ground.grown_size)
    while await ground.pool.fetchval(_FOLDED, ledger.name) < ground.grown_size:  # noqa: ASYNC110 - only the database knows
        await asyncio.sleep(1.0)
    await ground.quiet()
    memory, items = ground.service.megabytes, ground.grown_size // _TENTH
    took, peaks, posts = [], [], list[float]()
    for number, lacking in enumerate((0, _GONE, _GONE), start=1):
        sending = asyncio.ensure_future(_send(ledger, number, items, lacking))
        posting = asyncio.ensure_future(_post(ledger, sending, posts))
        peaks.append(await _highest(ground, sending))
        took.append(await sending)
        await posting
    posts.sort()
    return Report(
        f"Snapshots of {items:,} items against {ground.grown_size:,} events",
        [
            Figure("first snapshot", took[0], "s", target=Target(30.0, at_most=True, absolute=True)),
            Figure("second, of which a thousandth is gone", took[1], "s"),
            Figure("third, all of that put on record", took[2], "s", target=Target(30.0, at_most=True, absolute=True)),
            Figure("memory before", memory, "MB"),
            Figure("memory, highest under way", max(peaks), "MB", target=Target(300.0, at_most=True, absolute=True)),
            Figure("a post meanwhile, p50", 1000 * posts[len(posts) // 2], "ms"),
            Figure("a post meanwhile, p99", 1000 * posts[len(posts) * 99 // 100], "ms"),
        ],
        "streamed as NDJSON over one connection; --size says how many events the ledger has",
    )


def _fill(ledger: LedgerUnderTest, size: int) -> None:
    headers = {
        "Authorization": f"Bearer {ledger.tokens[Role.ADMIN]}",
        "Content-Type": BATCH,
        "Prefer": "return=minimal",
    }
    path = f"{urlsplit(ledger.url).path}/events"
    with Connection(ledger.url, headers) as http:
        for first in range(0, size, _BATCH):
            http.post(path, json.dumps([_event(number) for number in range(first, first + _BATCH)]).encode())


def _event(number: int) -> Item:
    """Return a comment: of ten one of the account that is looked at, nine of others."""
    account = "acme" if number % _TENTH == 0 else f"other-{number % _TENTH}"
    return {
        "specversion": "1.0",
        "type": "comment.received",
        "source": "urn:connector:x:acme",
        "id": f"r-{number}",
        "time": (_BEGUN + timedelta(milliseconds=10 * number)).isoformat(),
        "subject": f"crisis-{number // 50_000}",
        "data": {"platform": "x", "account": account, "external_id": f"c-{number}", "text": _text(number)},
    }


def _text(number: int) -> str:
    return f"Toujours en panne à {number} ? " + "Répondez ! " * 12


async def _send(ledger: LedgerUnderTest, number: int, items: int, lacking: int) -> float:
    taken = (_BEGUN + timedelta(days=1, hours=number)).isoformat()
    header = {
        "snapshot": "snapshot/1",
        "platform": "x",
        "account": "acme",
        "kind": "account",
        "window": {"from": _BEGUN.isoformat(), "to": taken},
        "taken_at": taken,
        "completeness": "complete",
        "file_sha256": sha256(taken.encode()).hexdigest(),
    }

    async def body() -> AsyncIterator[bytes]:
        yield json.dumps(header).encode() + b"\n"
        for first in range(0, items, _BATCH):
            told = (
                _item(place * _TENTH) for place in range(first, min(first + _BATCH, items)) if _shown(place, lacking)
            )
            yield b"".join(json.dumps(item).encode() + b"\n" for item in told)

    headers = {"Authorization": f"Bearer {ledger.tokens[Role.POSTER]}", "Content-Type": "application/x-ndjson"}
    began = perf_counter()
    async with (
        ClientSession() as session,
        session.post(f"{ledger.url}/snapshots", data=body(), headers=headers, timeout=None) as answer,  # type: ignore[arg-type]
    ):
        told = await answer.json()
    if answer.status != 201:
        raise RuntimeError(str(told))
    return perf_counter() - began


def _shown(place: int, lacking: int) -> bool:
    return not lacking or place % lacking != 0


def _item(number: int) -> Item:
    return {"kind": "comment", "external_id": f"c-{number}", "text": _text(number), "visible": True}


async def _post(ledger: LedgerUnderTest, until: "asyncio.Future[float]", took: list[float]) -> None:
    headers = {"Authorization": f"Bearer {ledger.tokens[Role.POSTER]}", "Content-Type": EVENT}
    async with ClientSession(headers=headers) as session:
        while not until.done():
            event = _event(1) | {"id": f"meanwhile-{len(took)}-{id(until)}"}
            began = perf_counter()
            async with session.post(f"{ledger.url}/events", data=json.dumps(event)) as answer:
                await answer.read()
            took.append(perf_counter() - began)
            await asyncio.sleep(_POST_EVERY_SECONDS)


async def _highest(ground: Ground, sending: "asyncio.Future[float]") -> float:
    highest = 0.0
    while not sending.done():
        highest = max(highest, ground.service.megabytes)
        await asyncio.wait([sending], timeout=0.2)
    return highest
