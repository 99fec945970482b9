"""Live tails by server-sent events: the id of each is its index, so that `Last-Event-ID` resumes exactly."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from ledger.watermark import Watermark
from ledger.web.formats import Format
from ledger.web.problems import BAD_REQUEST, Problem
from ledger.web.queries import whole_number

TAILS = web.AppKey("TAILS", set[asyncio.Task[Any]])
Read = Callable[[int], AsyncIterator[tuple[int, bytes]]]
"""Yields (index, JSON document) of all there is from an index on, in order, at least up to the mark."""

_LOOK_SECONDS = 5.0


async def end_tails(app: web.Application) -> None:
    """End every open stream: an open one would hold up the shutdown."""
    tails = app[TAILS]
    for task in tuple(tails):
        task.cancel()


def resume_after(request: web.Request) -> int | None:
    """Return the last index the client has seen, None where it begins. Raises `Problem` 400."""
    text = request.headers.get("Last-Event-ID")
    if text is None:
        return None
    index = whole_number(text)
    if index is None:
        raise Problem(BAD_REQUEST, "Last-Event-ID is the index of the last event that was received.")
    return index


async def tail(request: web.Request, mark: Watermark, start: int, read: Read) -> web.StreamResponse:
    """Send every event from `start` on, and every later one as it comes. `mark`: how far there is something to read."""
    if request.method == "HEAD":
        return web.Response(content_type=Format.SSE.value)
    async with sse_response(request) as response:
        with ended_at_shutdown(request):
            await _follow(response, mark, start, read)
    return response


@contextmanager
def ended_at_shutdown(request: web.Request) -> Iterator[None]:
    """Run a stream's block until the client goes away or the service stops; then it ends whole, not torn."""
    task, tails = asyncio.current_task(), request.app[TAILS]
    if task is not None:
        tails.add(task)
        task.add_done_callback(tails.discard)
    with suppress(ConnectionError, asyncio.CancelledError):
        yield
    if task is not None and task.cancelling():
        task.uncancel()


async def _follow(response: EventSourceResponse, mark: Watermark, start: int, read: Read) -> None:
    position = start
    while True:
        reached = mark.value
        async for index, document in read(position):
            await response.send(document.decode(), id=str(index))
            position = index + 1
        position = max(position, reached)
        await mark.reach(reached + 1, _LOOK_SECONDS)
