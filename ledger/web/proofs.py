"""GET /ledgers/{ledger}/proofs/…: inclusion and consistency proofs as JSON, for whoever does not read tiles."""

import json
from base64 import b64encode
from collections.abc import Sequence

from aiohttp import web

from ledger.core.merkle import leaf_hash
from ledger.registry import OpenLedger
from ledger.web import queries
from ledger.web.context import LEDGER
from ledger.web.operation import ANYONE, Answer, Operation, Parameter
from ledger.web.problems import BAD_REQUEST, NOT_FOUND, UNAVAILABLE, bad_parameter, not_found


async def get_inclusion(request: web.Request) -> web.Response:
    """Return the proof that entry `index` is in the tree of `size` (default: the newest checkpoint's)."""
    queries.expect_only(request, ("index", "size"))
    ledger, index = request[LEDGER], queries.required_number(request, "index")
    size = await _known_size(ledger, "size", queries.number(request, "size"))
    if index >= size:
        raise bad_parameter("index", f"not below the size, {size}")
    rows = await ledger.reads.fetch("entries", index, index + 1)
    if not rows:
        raise not_found(f"entry at index {index} any more")
    return _answer(
        index=index,
        size=size,
        leaf_hash=b64encode(leaf_hash(rows[0]["entry"])).decode(),
        root=b64encode(await ledger.reads.tree.root(size)).decode(),
        proof=_encoded(await ledger.reads.tree.inclusion(index, size)),
    )


async def get_consistency(request: web.Request) -> web.Response:
    """Return the proof that the tree of `to` entries (default: the newest checkpoint's) extends the one of `from`."""
    queries.expect_only(request, ("from", "to"))
    ledger, old = request[LEDGER], queries.required_number(request, "from")
    new = await _known_size(ledger, "to", queries.number(request, "to"))
    if old > new:
        raise bad_parameter("from", f"beyond the size, {new}")
    tree = ledger.reads.tree
    proof = await tree.consistency(old, new) if old else []
    return _answer(
        **{"from": old, "to": new},
        from_root=b64encode(await tree.root(old)).decode(),
        to_root=b64encode(await tree.root(new)).decode(),
        proof=_encoded(proof),
    )


async def _known_size(ledger: OpenLedger, name: str, size: int | None) -> int:
    newest = (await ledger.reads.checkpoint()).size
    if size is not None and size > newest:
        raise bad_parameter(name, f"the log has {newest} entries")
    return newest if size is None else size


def _encoded(proof: Sequence[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in proof]


def _answer(**document: object) -> web.Response:
    headers = {"Access-Control-Allow-Origin": "*"}
    return web.Response(text=json.dumps(document), content_type="application/json", headers=headers)


def _size_parameter(name: str, description: str, *, required: bool = False) -> Parameter:
    return Parameter(name, "query", description, {"type": "integer", "minimum": 0}, required)


_PROBLEMS = (BAD_REQUEST, NOT_FOUND, UNAVAILABLE)
OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/proofs/inclusion",
        get_inclusion,
        "That an entry is in the tree of a size",
        "proofs",
        {
            200: Answer(
                "The proof, RFC 6962 §2.1.1", {"application/json": {"$ref": "#/components/schemas/InclusionProof"}}
            )
        },
        ANYONE,
        (
            _size_parameter("index", "the entry's index", required=True),
            _size_parameter("size", "the tree's size; the newest checkpoint's if not given"),
        ),
        problems=_PROBLEMS,
    ),
    Operation(
        "GET",
        "/ledgers/{ledger}/proofs/consistency",
        get_consistency,
        "That one tree extends another",
        "proofs",
        {
            200: Answer(
                "The proof, RFC 6962 §2.1.2", {"application/json": {"$ref": "#/components/schemas/ConsistencyProof"}}
            )
        },
        ANYONE,
        (
            _size_parameter("from", "the older size", required=True),
            _size_parameter("to", "the newer size; the newest checkpoint's if not given"),
        ),
        problems=_PROBLEMS,
    ),
)
