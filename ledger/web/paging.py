"""Long answers in bounded memory: pages with a Link to the next, and streams written slice by slice."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from ledger.web.formats import Format


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


async def stream(request: web.Request, format_: Format, chunks: AsyncIterator[bytes]) -> web.StreamResponse:
    """Write `chunks` as they come; the reader's pace is the pace."""
    response = web.StreamResponse(headers={"Content-Type": f"{format_.value}; charset=utf-8"})
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    async for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response
