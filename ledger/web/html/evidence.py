"""GET /public/{ledger}/{incident}/evidence.ndjson: what a reader's browser checks a public page with.

The first line is about the whole: the signed checkpoint and the end of the incident's chain. Then a line for each event
of the incident, in the order of the log: its entry and what the public may see of it (docs/format.md).
"""

import json
from collections.abc import AsyncIterator

from aiohttp import web

from events.visibility import Visibility
from ledger.registry import OpenLedger
from ledger.store.reads import SLICE, SignedHead, StoredEvent
from ledger.web import queries
from ledger.web.context import LEDGER
from ledger.web.disclosure import event_document
from ledger.web.formats import Format
from ledger.web.incidents import chain_head
from ledger.web.paging import send
from ledger.web.tagged import entity_tag, unchanged
from projections.projection import index_key

CACHED = "public, max-age=10, stale-while-revalidate=60"


async def get_evidence(request: web.Request) -> web.StreamResponse:
    """Stream the evidence of an incident, as far as the projections have come."""
    queries.expect_only(request, ())
    ledger, incident = request[LEDGER], request.match_info["incident"]
    head, end = await ledger.reads.checkpoint(), ledger.folded.value
    tag = entity_tag(head.note + b"%d " % end + incident.encode())
    headers = {"ETag": tag, "Cache-Control": CACHED, "Access-Control-Allow-Origin": "*"}
    if (same := unchanged(request, tag)) is not None:
        same.headers.update(headers)
        return same
    response = web.StreamResponse(headers={"Content-Type": f"{Format.NDJSON.value}; charset=utf-8", **headers})
    response.enable_compression()
    return await send(request, response, _lines(ledger, incident, head, end))


async def _lines(ledger: OpenLedger, incident: str, head: SignedHead, end: int) -> AsyncIterator[bytes]:
    about = {
        "ledgerd": "public-evidence/1",
        "ledger": ledger.row.name,
        "origin": ledger.row.origin,
        "vkey": ledger.row.vkey,
        "incident": incident,
        "size": head.size,
        "checkpoint": head.note.decode(),
        "head": await chain_head(ledger, incident),
    }
    yield json.dumps(about, ensure_ascii=False).encode() + b"\n"
    last, more = "", True
    while more:
        rows = await ledger.reads.fetch("timeline", incident, last, index_key(min(end, head.size) - 1), SLICE)
        yield b"".join(
            event_document(
                StoredEvent.of(row),
                Visibility.PUBLIC,
                b',"linked_by":%b' % (b"null" if row["linked_by"] is None else b"%d" % row["linked_by"]),
            )
            + b"\n"
            for row in rows
        )
        more = len(rows) == SLICE
        last = index_key(rows[-1]["index"]) if rows else last
