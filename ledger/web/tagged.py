"""Answers known by a tag of their bytes: who has the same already is told so, and gets nothing again."""

from hashlib import sha256

from aiohttp import web

from ledger.web.formats import Format

_LONG = 1 << 14


def entity_tag(body: bytes) -> str:
    """Return the entity tag (RFC 9110 §8.8.3) of an answer."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def unchanged(request: web.Request, tag: str) -> web.Response | None:
    """Return the answer 304 where the reader has the one of this tag, else None."""
    if request.headers.get("If-None-Match") != tag:
        return None
    return web.Response(status=304, headers={"ETag": tag})


def tagged(body: bytes, tag: str) -> web.Response:
    """Return a JSON answer with its tag, compressed where it is long."""
    response = web.Response(body=body, content_type=Format.JSON.value, headers={"ETag": tag})
    if len(body) > _LONG:
        response.enable_compression()
    return response
