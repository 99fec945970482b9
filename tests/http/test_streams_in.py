"""Events as NDJSON: any number of lines, each for itself, in constant memory, whoever reads or doesn't."""

import asyncio
import gzip
import json
import os
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientPayloadError

from events.envelope import MAX_EVENT_BYTES
from ledger.store.tokens import Role
from ledger.web.cloudevents import MAX_REQUEST_BYTES, NDJSON_TYPE
from tests.http.client import Client, comment, written

STATM, PAGE_BYTES = Path("/proc/self/statm"), os.sysconf("SC_PAGE_SIZE")
MINIMAL = {"Prefer": "return=minimal"}


def lines(count: int, start: int = 0, **attributes: object) -> bytes:
    """Return so many events, one a line."""
    return b"".join(written(comment(f"s{number}", **attributes)) + b"\n" for number in range(start, start + count))


async def stream(client: Client, chunks: AsyncIterator[bytes], **headers: str) -> list[dict[str, object]]:
    """POST what `chunks` yields, reading while writing; return the answers."""
    request = client.service.session.post(
        client.service.url + "/events",
        data=chunks,
        headers={**client.service.bearer(Role.POSTER), "Content-Type": NDJSON_TYPE, **MINIMAL, **headers},
    )
    async with request as response:
        assert response.status == 200
        return [json.loads(line) async for line in response.content]


async def test_each_line_is_answered_by_its_number_in_order(client: Client) -> None:
    event = comment("a", specversion=None)
    sent = [event, b"", b'{"a":1,"a":2}', b"   ", event, comment("a", extra="1"), comment("b", type="comment.x"), b"[]"]
    answers = (await client.post_lines(sent)).lines
    assert [answer["line"] for answer in answers] == [1, 3, 5, 6, 7, 8]
    assert [answer["status"] for answer in answers] == [201, 400, 200, 409, 422, 400]
    assert answers[0]["receipt"] == answers[2]["receipt"]
    assert answers[3]["problem"]["index"] == 0
    assert [answer["problem"]["errors"][0]["pointer"] for answer in answers if answer["status"] in {400, 422}] == [
        "/a",
        "/type",
        "",
    ]
    assert await client.size() == 1


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n\n", b"\r\n \t\r\n"])
async def test_last_line_needs_no_end(client: Client, end: bytes) -> None:
    answer = await client.post_bytes(lines(2).rstrip() + end, NDJSON_TYPE, **MINIMAL)
    assert answer.lines == [{"line": 1, "status": 201, "index": 0}, {"line": 2, "status": 201, "index": 1}]


async def test_stream_of_nothing_is_answered_by_nothing(standing: Client) -> None:
    answer = await standing.post_bytes(b"", NDJSON_TYPE)
    assert (answer.status, answer.body) == (200, b"")


async def test_line_separators_of_unicode_are_content(client: Client) -> None:
    answer = await client.post_lines([comment(data={"text": "a\u2028b\u0085c"})])
    assert [line["status"] for line in answer.lines] == [201]


async def test_lines_are_answered_while_the_stream_is_open(client: Client) -> None:
    seen = asyncio.Event()

    async def chunks() -> AsyncIterator[bytes]:
        yield lines(1)
        async with asyncio.timeout(10):
            while await client.size() < 1:
                await asyncio.sleep(0.01)
        seen.set()
        yield lines(1, start=1)

    answers = await stream(client, chunks())
    assert seen.is_set()
    assert [answer["index"] for answer in answers] == [0, 1]


async def test_line_may_come_in_pieces(client: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for byte in lines(2, data={"text": "Où ?"}):
            yield bytes([byte])

    assert [answer["status"] for answer in await stream(client, chunks())] == [201, 201]


async def test_line_beyond_a_mebibyte_is_refused_and_the_next_is_read(client: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield lines(1)
        for _ in range(40):
            yield b"x" * (MAX_EVENT_BYTES // 8)
        yield b"\n" + lines(1, start=1) + b"y" * (MAX_EVENT_BYTES + 1)

    answers = await stream(client, chunks())
    assert [(answer["line"], answer["status"]) for answer in answers] == [(1, 201), (2, 413), (3, 201), (4, 413)]


async def test_stream_may_be_longer_than_any_other_request(client: Client) -> None:
    padding = b" " * 1_000_000 + b"\n"

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(MAX_REQUEST_BYTES // len(padding) + 2):
            yield padding + lines(1, start=number)

    answers = await stream(client, chunks())
    assert {answer["status"] for answer in answers} == {201}


async def test_broken_compression_ends_the_answer_torn_and_keeps_what_was_answered(client: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        compressor = zlib.compressobj(wbits=31)
        yield compressor.compress(lines(3)) + compressor.flush(zlib.Z_SYNC_FLUSH)
        async with asyncio.timeout(10):
            while await client.size() < 3:
                await asyncio.sleep(0.01)
        yield b"\xff" * 1000

    with pytest.raises(ClientPayloadError):
        await stream(client, chunks(), **{"Content-Encoding": "gzip"})
    assert await client.size() == 3
    assert (await client.post_lines([comment("after")])).lines[0]["status"] == 201


async def test_stream_may_be_compressed(client: Client) -> None:
    body = gzip.compress(lines(100))
    answer = await client.post_bytes(body, NDJSON_TYPE, Content_Encoding="gzip", **MINIMAL)
    assert [line["index"] for line in answer.lines] == list(range(100))


async def test_client_that_goes_away_loses_nothing_it_was_told(client: Client) -> None:
    async with open_stream(client) as (reader, writer):
        writer.write(chunk(lines(50)))
        told = b""
        while b'"line":50,' not in told:
            told += await reader.read(4096)
    assert await client.size() == 50
    assert (await client.post_lines([comment("s0")], **MINIMAL)).lines == [{"line": 1, "status": 200, "index": 0}]


@pytest.mark.slow
async def test_client_that_sends_everything_before_it_reads_does_not_stall(client: Client) -> None:
    count, text = 5_000, {"text": "x" * 4000}  # what is sent and what comes back are more than any socket's buffers
    async with open_stream(client, small_buffers=True) as (reader, writer):
        for start in range(0, count, 500):
            writer.write(chunk(lines(500, start, data=text)))
            async with asyncio.timeout(20):
                await writer.drain()
        writer.write(b"0\r\n\r\n")
        async with asyncio.timeout(60):
            body = b"".join([piece async for piece in chunks_of(reader)])
    assert len(body) > 8 << 20
    answers = [json.loads(line) for line in body.splitlines()]
    assert [answer["index"] for answer in answers] == list(range(count))
    assert {answer["status"] for answer in answers} == {201}


@pytest.mark.slow
@pytest.mark.skipif(not STATM.exists(), reason="this system doesn't tell how much memory is used")
async def test_memory_does_not_grow_with_the_stream(client: Client) -> None:
    held: list[int] = []

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, 50_000, 500):
            if start % 5_000 == 0:
                held.append(int(STATM.read_text().split()[1]) * PAGE_BYTES)
            yield lines(500, start)

    request = client.service.session.post(
        client.service.url + "/events",
        data=chunks(),
        headers={**client.service.bearer(Role.POSTER), "Content-Type": NDJSON_TYPE, **MINIMAL},
    )
    async with request as response:
        assert sum([1 async for _ in response.content]) == 50_000
    # The 30 MB that this many events are would show; what caches and the allocator keep at first does not count.
    assert max(held[3:]) - held[2] < 16 << 20, held


@asynccontextmanager
async def open_stream(
    client: Client, *, small_buffers: bool = False
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a chunked POST by hand, so that the test decides when it reads."""
    raw = socket.socket()
    if small_buffers:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    host, port = client.service.base_url.removeprefix("http://").split(":")
    raw.setblocking(False)  # noqa: FBT003 - the standard library's signature
    await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=raw, limit=4096)
    head = [
        "POST /ledgers/demo/events HTTP/1.1",
        f"Host: {host}:{port}",
        f"Authorization: Bearer {client.service.tokens[Role.POSTER]}",
        f"Content-Type: {NDJSON_TYPE}",
        "Transfer-Encoding: chunked",
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    try:
        yield reader, writer
    finally:
        writer.close()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def chunks_of(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield the chunks of a chunked answer."""
    while (await reader.readline()).strip():
        continue
    while size := int(await reader.readline(), 16):
        yield await reader.readexactly(size)
        await reader.readline()
