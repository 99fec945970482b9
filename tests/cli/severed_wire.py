"""A wire that breaks: passes bytes on to a service, and cuts the first connections in the middle of their answers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


@asynccontextmanager
async def severed(url: str, answers: Sequence[int]) -> AsyncIterator[str]:
    """Serve the service at `url` under another URL; the nth connection that posts is cut after answers[n] bytes."""
    target, left = urlsplit(url), list(answers)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        limit = left.pop(0) if left and request.startswith(b"POST") else None
        there = await asyncio.open_connection(target.hostname, target.port)
        there[1].write(request)
        copies = [
            asyncio.create_task(_copy(reader, there[1], None)),
            asyncio.create_task(_copy(there[0], writer, limit)),
        ]
        await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        for copy in copies:
            copy.cancel()
        for end in (writer, there[1]):
            end.transport.abort()

    server = await asyncio.start_server(connect, "127.0.0.1", 0, limit=1 << 20)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None) -> None:
    with suppress(ConnectionError):
        while (limit is None or limit > 0) and (data := await reader.read(4096)):
            writer.write(data if limit is None else data[:limit])
            await writer.drain()
            limit = None if limit is None else limit - len(data)
