"""What a poster gets back for an event: its place, its openings and its receipt, as JSON bytes."""

import json

import orjson
from aiohttp import web

from ledger.core.merkle import leaf_hash
from ledger.registry import OpenLedger
from ledger.sequencer.draft import Accepted, Draft, Outcome
from ledger.web.disclosure import erased_member
from ledger.web.problems import not_found


def wants_minimal(request: web.Request) -> bool:
    """Tell whether the poster wants the indexes alone (RFC 7240, `Prefer: return=minimal`)."""
    return "return=minimal" in request.headers.get("Prefer", "").replace(" ", "")


async def accepted_document(ledger: OpenLedger, draft: Draft, outcome: Outcome, *, minimal: bool) -> bytes:
    """Return the answer for one appended or repeated event.

    A repeated one gets its first receipt and openings again, less what was erased since.
    """
    if minimal:
        return b'{"index":%d}' % outcome.index
    if isinstance(outcome, Accepted):
        return _document(outcome.index, outcome.entry, draft.openings, outcome.receipt())
    stored = await ledger.reads.events(outcome.index, outcome.index + 1)
    receipt = await ledger.reads.receipt(outcome.index)
    if not stored or receipt is None:
        raise not_found(f"event at index {outcome.index} any more")
    return _document(outcome.index, stored[0].entry, stored[0].openings or b"{}", receipt, erased_member(stored[0]))


def _document(index: int, entry: bytes, openings: bytes, receipt: bytes, erased: bytes = b"") -> bytes:
    """Return the answer.

    The entry stands in it as the object that was hashed: its canonical form is what is in the tree.
    """
    return b'{"index":%d,"leaf_hash":"%b","entry":%b,"openings":%b%b,"receipt":%b}' % (
        index,
        leaf_hash(entry).hex().encode(),
        entry,
        openings,
        erased,
        orjson.dumps(receipt.decode()),
    )


def line_document(line: int, status: int, document: bytes) -> bytes:
    """Return one line of the answer to an NDJSON stream: the line it speaks of, its status, then the answer itself."""
    return b'{"line":%d,"status":%d,%b\n' % (line, status, document[1:])


def problem_line(line: int, status: int, problem: dict[str, object]) -> bytes:
    """Return one line of the answer to an NDJSON stream that is a problem."""
    return json.dumps({"line": line, "status": status, "problem": problem}, ensure_ascii=False).encode() + b"\n"
