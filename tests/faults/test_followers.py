"""Readers that follow miss nothing, see nothing twice and nothing out of order, whatever goes on among the writers."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from aiohttp import ClientError, ClientSession

from events.envelope import Posted
from events.strict import JsonValue
from ledger.sequencer.committer import Committed
from ledger.sequencer.draft import Draft, Unit, draft_event
from ledger.store.tokens import Role
from tests.core.naive_tree import leaf
from tests.faults.aftermath import one_history
from tests.faults.disturbance import (
    a_process_that_is_killed,
    a_transaction_left_open,
    hints_that_are_lost,
    meanwhile,
    writers_that_dawdle_and_roll_back,
    writers_that_die,
)
from tests.faults.followers import by_pages, by_sse
from tests.faults.process import ServiceProcess, served
from tests.faults.tokens import make_token
from tests.sequencer.drafts import NOW
from tests.sequencer.made import Made

EVENTS = 100_000
STREAMED = 16_000
_CHUNK = 400
_BATCH = 500
_SECONDS = 150.0


async def test_followers_see_every_event_once_and_in_order_over_100_000_events(
    made: Made, tmp_path: Path, session: ClientSession
) -> None:
    poster, reader = await make_token(made, Role.POSTER), await make_token(made, Role.READER)
    chunks = iter(range(STREAMED // _CHUNK))
    async with (
        asyncio.timeout(_SECONDS),
        served(made.dsn, tmp_path, processes=2) as [steady, mortal],
        a_transaction_left_open(made),
    ):
        seen: dict[str, list[str]] = {"pages": [], "sse": []}
        followers = [
            asyncio.create_task(_follow(by_pages(session, steady.url, reader), seen["pages"])),
            asyncio.create_task(_follow(by_sse(session, steady.url, reader), seen["sse"])),
        ]
        async with meanwhile(
            writers_that_dawdle_and_roll_back(made),
            writers_that_die(made),
            hints_that_are_lost(made),
            a_process_that_is_killed(mortal),
        ):
            streams = (_stream_chunks(session, service, poster, chunks) for service in (steady, steady, mortal))
            await asyncio.gather(_append(made, EVENTS - STREAMED), *streams)
        history = await one_history(made)
        assert len(history.entries) >= EVENTS
        while any(len(indexes) < len(history.entries) for indexes in seen.values()):
            for follower in followers:
                assert not follower.done(), follower.exception()
            await asyncio.sleep(0.05)
        for follower in followers:
            follower.cancel()
    expected = [leaf(entry).hex() for entry in history.entries]
    assert seen["pages"] == expected
    assert seen["sse"] == expected


async def _follow(events: AsyncIterator[tuple[int, str]], seen: list[str]) -> None:
    async for index, leaf_hash in events:
        assert index == len(seen), f"{index} came where {len(seen)} was due"
        seen.append(leaf_hash)


async def _append(made: Made, events: int) -> None:
    """Append the bulk as a third process would that has it at hand: HTTP would cost the test more than the log."""
    async with made.committing() as committer:
        for first in range(0, events, _BATCH):
            drafts = [_reading(number) for number in range(first, first + _BATCH)]
            assert isinstance(await committer.commit([Unit(drafts)]), Committed)
            await asyncio.sleep(0)


def _reading(number: int) -> Draft:
    fields: dict[str, JsonValue] = {"id": str(number), "time": NOW.isoformat(), "n": number}
    source = "urn:connector:bulk"
    posted = Posted(str(number), source, "custom.reading", None, None, NOW, fields, recorded_by_service=False)
    return draft_event(posted)


async def _stream_chunks(session: ClientSession, service: ServiceProcess, token: str, chunks: Iterator[int]) -> None:
    """Post chunks of events as streams; a chunk whose process died is posted again."""
    for chunk in chunks:
        while not await _stream(session, service, token, chunk):
            await asyncio.sleep(0.1)


async def _stream(session: ClientSession, service: ServiceProcess, token: str, chunk: int) -> bool:
    body = "\n".join(_line(chunk * _CHUNK + number) for number in range(_CHUNK))
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/x-ndjson",
        "Prefer": "return=minimal",
    }
    try:
        async with session.post(f"{service.url}/events", data=body, headers=headers) as answer:
            lines = (await answer.text()).splitlines()
    except ClientError:
        return False
    return len(lines) == _CHUNK and all('"index"' in line for line in lines)


def _line(number: int) -> str:
    return json.dumps(
        {
            "specversion": "1.0",
            "type": "custom.reading",
            "source": "urn:connector:feed",
            "id": f"s{number}",
            "time": "2026-11-22T10:00:00Z",
            "data": {"n": number},
        }
    )
