"""GET /ledgers/{ledger}/checkpoint, /tile/…: c2sp.org/tlog-tiles, open to the world. They hold no content."""

import gzip
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from ledger.core.errors import TileError
from ledger.core.tiles import TILE_WIDTH, parse_entries_path, parse_tile_path
from ledger.web import queries
from ledger.web.context import LEDGER
from ledger.web.operation import ANYONE, Answer, Operation, Parameter
from ledger.web.problems import BAD_REQUEST, NOT_FOUND, UNAVAILABLE, not_found

T = TypeVar("T")
_FOR_EVER = "public, max-age=31536000, immutable"
_BYTES = {"application/octet-stream": {"type": "string", "format": "binary"}}


async def get_checkpoint(request: web.Request) -> web.Response:
    """Return the newest signed checkpoint."""
    queries.expect_only(request, ())
    head = await request[LEDGER].reads.checkpoint()
    headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    return web.Response(body=head.note, content_type="text/plain", charset="utf-8", headers=headers)


async def get_tile(request: web.Request) -> web.Response:
    """Return a tile of hashes."""
    tile = _parsed(request, parse_tile_path, f"tile/{request.match_info['level']}/{request.match_info['path']}")
    if not _within(tile.level, tile.n, tile.width, await _size(request)):
        raise not_found("such tile: the log does not reach that far")
    return _immutable(await request[LEDGER].reads.tree.tile(tile))


async def get_entries(request: web.Request) -> web.Response:
    """Return an entry bundle, compressed where the client takes it."""
    bundle = _parsed(request, parse_entries_path, f"tile/entries/{request.match_info['path']}")
    if not _within(0, bundle.n, bundle.width, await _size(request)):
        raise not_found("such entries: the log does not reach that far")
    response = _immutable(await request[LEDGER].reads.bundle(bundle))
    if _takes_gzip(request.headers.get("Accept-Encoding", "")):
        response.body = gzip.compress(response.body, compresslevel=5, mtime=0)  # type: ignore[arg-type]
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _takes_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding names gzip, with any weight but 0 (RFC 9110 §12.5.3)."""
    weights = (part.replace(" ", "").lower().partition(";q=") for part in accepted.split(","))
    return any(coding == "gzip" and (not weight or weight.strip("0.")) for coding, _, weight in weights)


async def _size(request: web.Request) -> int:
    return (await request[LEDGER].reads.checkpoint()).size


def _within(level: int, n: int, width: int, size: int) -> bool:
    return n * TILE_WIDTH + width <= size >> 8 * level


def _parsed(request: web.Request, parse: Callable[[str], T], path: str) -> T:
    queries.expect_only(request, ())
    try:
        return parse(path)
    except TileError as error:
        raise not_found(f"tile of this path: {error}") from None


def _immutable(data: bytes | None) -> web.Response:
    if data is None:
        raise not_found("complete tile here: entries are missing from the database")
    headers = {"Cache-Control": _FOR_EVER, "Access-Control-Allow-Origin": "*"}
    return web.Response(body=data, content_type="application/octet-stream", headers=headers)


_PATH = Parameter(
    "path", "path", "the tile's number in groups of three digits, and .p/<width> if partial", required=True
)
_PROBLEMS = (BAD_REQUEST, NOT_FOUND, UNAVAILABLE)
OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/checkpoint",
        get_checkpoint,
        "The newest signed checkpoint",
        "proofs",
        {200: Answer("c2sp.org/tlog-checkpoint, a signed note", {"text/plain": {"type": "string"}})},
        ANYONE,
        problems=_PROBLEMS,
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}/tile/entries/{path:.+}",
        get_entries,
        "An entry bundle",
        "proofs",
        {200: Answer("u16be length ‖ entry, up to 256 times", _BYTES)},
        ANYONE,
        (_PATH,),
        problems=_PROBLEMS,
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}/tile/{level}/{path:.+}",
        get_tile,
        "A tile of the Merkle tree",
        "proofs",
        {200: Answer("1 to 256 hashes of 32 bytes", _BYTES)},
        ANYONE,
        (Parameter("level", "path", "the tile's level, 0 to 63", {"type": "string"}, required=True), _PATH),
        problems=_PROBLEMS,
    ),
)
