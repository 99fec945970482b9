"""Long answers in bounded memory: pages with a Link to the next, and streams written slice by slice."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from ledger.store.reads import SLICE
from ledger.web.context import LEDGERS
from ledger.web.formats import Format

TURN = web.AppKey("TURN", asyncio.Lock)
"""Held by the stream that is being rendered."""
_SMALL_SLICE = 100
_REST_SECONDS = 0.005


def page(request: web.Request, items: Sequence[bytes], next_: str | None, more: bytes = b"") -> web.Response:
    """Return a page `{"items": […], "next": …}` with `Link: rel=next`. `next_` is the value for `start`, or None."""
    link = None if next_ is None else str(request.rel_url.update_query(start=next_))
    quoted = b"null" if link is None else b'"%b"' % link.encode()
    body = b'{"items":[%b],"next":%b%b}' % (b",".join(items), quoted, more)
    response = web.Response(body=body, content_type=Format.JSON.value)
    if link is not None:
        response.headers["Link"] = f'<{link}>; rel="next"'
    if len(body) > 1 << 14:
        response.enable_compression()
    return response


def slice_size(request: web.Request) -> int:
    """Return how many events of a stream to render at once: few while somebody posts."""
    return _SMALL_SLICE if request.app[LEDGERS].busy else SLICE


async def stream(request: web.Request, format_: Format, chunks: AsyncIterator[bytes]) -> web.StreamResponse:
    """Write `chunks` of text as they come, see `send`."""
    response = web.StreamResponse(headers={"Content-Type": f"{format_.value}; charset=utf-8"})
    return await send(request, response, chunks)


async def send(request: web.Request, response: web.StreamResponse, chunks: AsyncIterator[bytes]) -> web.StreamResponse:
    """Write `chunks` as they come; the reader's pace is the pace, and posters go first.

    Of all streams of the process one is rendered at a time, and while somebody posts it rests after every slice:
    however many readers there are, a poster waits for one small slice, not for one of each.
    """
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    ledgers, turn = request.app[LEDGERS], request.app[TURN]
    while True:
        async with turn:
            chunk = await anext(chunks, None)
            if chunk is not None and ledgers.busy:
                await asyncio.sleep(_REST_SECONDS)
        if chunk is None:
            break
        if chunk:  # none: only a place where others may go first
            await response.write(chunk)
    await response.write_eof()
    return response
