"""A proxy between the service and PostgreSQL that can lose a reply, or everything."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote

_SOCKET = ".s.PGSQL.5432"


class Proxy:
    """Passes bytes on both ways.

    The first reply that holds the bytes `losing` is lost, and its connection with it; while `away`, none is accepted.
    """

    def __init__(self, upstream: Path, dsn: str) -> None:
        self._upstream = upstream
        self.dsn = dsn
        self.losing: bytes | None = None
        self.lost = 0
        self.away = False
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Close every connection."""
        for writer in self._writers:
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.close()
            return
        backend_reader, backend_writer = await asyncio.open_unix_connection(self._upstream)
        pair = {writer, backend_writer}
        self._writers |= pair
        try:
            ways = [self._pump(reader, backend_writer), self._pump(backend_reader, writer, replies=True)]
            await asyncio.wait([asyncio.ensure_future(way) for way in ways], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in pair:
                each.close()
            self._writers -= pair

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, replies: bool = False) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                if replies and self.losing and self.losing in data:
                    self.losing = None
                    self.lost += 1
                    return
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def proxied(dsn: str) -> AsyncIterator[Proxy]:
    """A proxy in front of the server of `dsn`."""
    found = re.search(r"host=([^&]+)", dsn)
    assert found
    with TemporaryDirectory(prefix="lg") as folder:
        proxy = Proxy(Path(unquote(found[1]), _SOCKET), dsn.replace(found[1], quote(folder, safe="")))
        server = await asyncio.start_unix_server(proxy.serve, Path(folder, _SOCKET))
        try:
            yield proxy
        finally:
            server.close()
            proxy.cut()
            await asyncio.sleep(0)
