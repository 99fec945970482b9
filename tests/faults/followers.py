"""Readers that follow a log to its end: by pages, and by server-sent events."""

import asyncio
from collections.abc import AsyncIterator

import orjson
from aiohttp import ClientError, ClientPayloadError, ClientSession, ClientTimeout

_PAGE = 1000
_LINE = 1 << 20
_CUT_EVERY = 7_000


async def by_pages(session: ClientSession, url: str, token: str) -> AsyncIterator[tuple[int, str]]:
    """Yield (index, leaf hash) of every event as the pages give them, for ever."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    position = 0
    while True:
        async with session.get(f"{url}/events", params={"start": position, "limit": _PAGE}, headers=headers) as answer:
            items = orjson.loads(await answer.read())["items"]
        for item in items:
            yield item["index"], item["leaf_hash"]
        position = items[-1]["index"] + 1 if items else position
        if len(items) < _PAGE:
            await asyncio.sleep(0.05)


async def by_sse(session: ClientSession, url: str, token: str) -> AsyncIterator[tuple[int, str]]:
    """Yield (index, leaf hash) of every event as the live tail gives them, for ever. Begins at index 0.

    The connection is cut in mid-stream now and then; the next goes on behind the last event that was received.
    """
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    seen: str | None = None
    while True:
        resumed = headers if seen is None else headers | {"Last-Event-ID": seen}
        try:
            async with session.get(
                f"{url}/events", params={"start": 0}, headers=resumed, timeout=ClientTimeout(), max_line_size=_LINE
            ) as answer:
                async for index, document in _messages(answer.content.iter_any()):
                    item = orjson.loads(document)
                    assert index == str(item["index"])
                    yield item["index"], item["leaf_hash"]
                    seen = index
                    if item["index"] % _CUT_EVERY == _CUT_EVERY - 1:
                        break
        except (ClientError, ClientPayloadError):
            await asyncio.sleep(0.05)


async def _messages(chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, bytes]]:
    """Read `id` and `data` of every message of a stream."""
    rest = b""
    async for chunk in chunks:
        # The two bytes of a line's end may come in two chunks.
        *messages, rest = (rest + chunk).replace(b"\r\n", b"\n").split(b"\n\n")
        for message in messages:
            fields = dict(line.split(b": ", 1) for line in message.split(b"\n") if b": " in line and line[0] != 58)
            if b"data" in fields:
                yield fields[b"id"].decode(), fields[b"data"]
