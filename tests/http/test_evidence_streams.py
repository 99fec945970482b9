"""Bundles under way: a tear is seen, posters go first, and memory does not grow with the log."""

import asyncio
import io
import tracemalloc
import zipfile
from time import perf_counter
from typing import Any

import aiohttp
import pytest

from ledger.store.tokens import Role
from ledger.web.evidence import bundle as writing
from ledger.web.evidence.pages import TimelineTable
from tests.http.client import Client, comment

EVENTS = 3_000


async def fill(client: Client, count: int = EVENTS, subject: str = "outage", text: str = "?") -> None:
    for _ in range(count // 500):
        data = {"text": text}
        assert (await client.post_batch([comment(subject=subject, data=data) for _ in range(500)])).status == 201


async def records(client: Client) -> int:
    return len((await client.get("/events?type=export.created", Role.AUDITOR)).document["items"])


async def test_an_error_amid_the_stream_breaks_off_and_nothing_is_on_record(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(client, 500)
    whole = (await client.get("/evidence", Role.AUDITOR)).body
    row, rows = TimelineTable.row, 0

    def failing(self: TimelineTable, item: Any) -> bytes:
        nonlocal rows
        rows += 1
        if rows == 400:
            raise writing.LogChanged("an entry is gone")
        return row(self, item)

    monkeypatch.setattr(TimelineTable, "row", failing)
    url, bearer, received = f"{client.service.url}/evidence", client.service.bearer(Role.AUDITOR), bytearray()
    with pytest.raises(aiohttp.ClientPayloadError):  # noqa: PT012 - where in the stream it comes is not ours to choose
        async with client.service.session.get(url, headers=bearer) as response:
            async for part in response.content.iter_any():
                received += part
    assert 0 < len(received) < len(whole)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(received))
    assert await records(client) == 1


async def test_a_reader_who_goes_away_leaves_no_record_and_no_work_behind(client: Client) -> None:
    await fill(client)
    url, bearer = f"{client.service.url}/evidence?incident=outage", client.service.bearer(Role.AUDITOR)
    async with client.service.session.get(url, headers=bearer) as response:
        await response.content.read(1000)
        response.close()
    assert (await client.get("/evidence", Role.AUDITOR)).status == 200
    assert await records(client) == 1


async def test_whoever_posts_meanwhile_is_answered_at_once(client: Client) -> None:
    await fill(client)
    exporting = asyncio.create_task(client.get("/evidence?incident=outage", Role.AUDITOR))
    waited = []
    while not exporting.done():
        began = perf_counter()
        assert (await client.post(comment())).status == 201
        waited.append(perf_counter() - began)
    assert (await exporting).status == 200
    assert len(waited) > 10
    assert sorted(waited)[len(waited) // 2] < 0.1


@pytest.mark.slow
async def test_memory_does_not_hold_what_the_bundle_holds(client: Client) -> None:
    async def peak() -> tuple[int, int]:
        size = await client.size()
        url, bearer = f"{client.service.url}/evidence?after={size - 1}", client.service.bearer(Role.AUDITOR)
        tracemalloc.start()
        before, passed = tracemalloc.get_traced_memory()[0], 0
        async with client.service.session.get(url, headers=bearer) as response:
            assert response.status == 200
            async for part in response.content.iter_chunked(1 << 16):
                passed += len(part)
        used = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        return used, passed

    await fill(client, 1_000, "small", "?" * 10_000)
    small, few = await peak()
    await fill(client, 8_000, "large", "?" * 10_000)
    large, many = await peak()
    assert large - small < (many - few) / 4, f"{small:,} bytes for {few:,}, {large:,} for {many:,}"
