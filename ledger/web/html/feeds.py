"""Live pages: what is new is read and rendered once for all who look at the same thing, and sent to each.

Two hundred open pages cost one reading and two hundred writes, ten times a second at most. A page that can't follow, or
has been open for long, is let go: its browser comes back by itself, signs in anew, and goes on where it was.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

import structlog
from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from ledger.store.reads import SLICE
from ledger.watermark import Watermark
from ledger.web.live import ended_at_shutdown, resume_after

PACE_SECONDS = 0.1
"""For how long news are gathered before they are sent."""
_LOOK_SECONDS, _OPEN_SECONDS = 5.0, 600.0
_BEHIND_AT_MOST = 20
_CAUGHT_UP_AT_MOST = 4 * SLICE
_log = structlog.get_logger("ledger.web")


class Change(NamedTuple):
    """One server-sent event. `last`: the last entry that it tells of, its id. `data` may have several lines."""

    last: int
    name: str
    data: str


Read = Callable[[int, int], Awaitable[Sequence[Change]]]
"""Returns what the entries from one index to before another change for who looks."""


class Feeds:
    """The feeds that somebody follows, by what they show: place, level of the reader, language."""

    def __init__(self) -> None:
        """Begin with none."""
        self._feeds: dict[tuple[object, ...], _Feed] = {}

    async def follow(
        self, request: web.Request, key: tuple[object, ...], mark: Watermark, read: Read, start: int | None = None
    ) -> web.StreamResponse:
        """Send what is new to a page, from entry `start` on, or from what its browser has seen last.

        `mark`: how far there is something to read. All who give the same `key` share the first one's `read`.
        """
        seen = resume_after(request)
        async with sse_response(request) as response:
            with ended_at_shutdown(request), self._joined(key, mark, read) as (feed, reader):
                begin = start if seen is None else seen + 1
                async for chunk in feed.missed(begin):
                    await response.write(chunk)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_OPEN_SECONDS):
                        await _send(response, reader)
        return response

    @contextmanager
    def _joined(self, key: tuple[object, ...], mark: Watermark, read: Read) -> "Iterator[tuple[_Feed, _Reader]]":
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = _Feed(mark, read)
        reader: _Reader = asyncio.Queue(_BEHIND_AT_MOST)
        feed.join(reader)
        try:
            yield feed, reader
        finally:
            feed.leave(reader)
            if feed.alone and self._feeds.get(key) is feed:
                del self._feeds[key]


FEEDS = web.AppKey("FEEDS", Feeds)
_Reader = asyncio.Queue[bytes | None]


class _Feed:
    """Reads on while somebody listens."""

    def __init__(self, mark: Watermark, read: Read) -> None:
        self._mark, self._read, self._position = mark, read, mark.value
        self._readers: set[_Reader] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def alone(self) -> bool:
        return not self._readers

    def join(self, reader: _Reader) -> None:
        self._readers.add(reader)
        if self._task is None or self._task.done():  # one that failed is begun anew by who comes next
            self._task = asyncio.create_task(self._run())

    def leave(self, reader: _Reader) -> None:
        self._readers.discard(reader)
        if self.alone and self._task is not None:
            self._task.cancel()
            self._task = None

    async def missed(self, begin: int | None) -> AsyncIterator[bytes]:
        """Yield what came from entry `begin` on before the reader joined; of too much only that there was."""
        position, joined = begin, self._position
        if position is not None and joined - position > _CAUGHT_UP_AT_MOST:
            yield _encoded([Change(joined - 1, "missed", str(joined - position))])
            return
        while position is not None and position < joined:
            end = min(position + SLICE, joined)
            yield _encoded(await self._read(position, end))
            position = end

    async def _run(self) -> None:
        try:
            while True:
                if not await self._mark.reach(self._position + 1, _LOOK_SECONDS):
                    continue
                await asyncio.sleep(PACE_SECONDS)
                end = min(self._mark.value, self._position + SLICE)
                chunk = _encoded(await self._read(self._position, end))
                self._position = end
                self._tell(chunk)
        except Exception as error:  # noqa: BLE001 - whatever failed is over for all who listen; they come back
            _log.error("a live feed ended", error=type(error).__name__, exc_info=error)
            self._tell(None)

    def _tell(self, chunk: bytes | None) -> None:
        for reader in self._readers if chunk != b"" else ():
            if reader.full():
                while not reader.empty():
                    reader.get_nowait()
                reader.put_nowait(None)  # too far behind: it begins anew
            else:
                reader.put_nowait(chunk)


async def _send(response: EventSourceResponse, reader: _Reader) -> None:
    while (chunk := await reader.get()) is not None:
        await response.write(chunk)


def _encoded(changes: Sequence[Change]) -> bytes:
    """Return server-sent events (HTML Living Standard §9.2.5)."""
    told = []
    for change in changes:
        lines = "".join(f"data: {line}\n" for line in change.data.splitlines() or [""])
        told.append(f"id: {change.last}\nevent: {change.name}\n{lines}\n")
    return "".join(told).encode()
