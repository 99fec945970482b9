"""GET /ledgers/{ledger}/evidence: the bundle, and the event that says that it was taken away."""

import re
from functools import partial
from hashlib import sha256

from aiohttp import web

from ledger.core.manifest import Manifest
from ledger.web.access_record import UNRECORDED, record_export
from ledger.web.context import LEDGER, RECORDED
from ledger.web.evidence.asked import LANGUAGES, asked
from ledger.web.evidence.bundle import Bundle
from ledger.web.evidence.survey import survey
from ledger.web.incidents import AFTER, PROBLEMS
from ledger.web.operation import READERS, Answer, Operation, Parameter
from ledger.web.paging import send, slice_size
from ledger.web.problems import STOPPED

_ZIP = "application/zip"
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]")


class NotOnRecord(Exception):
    """That the bundle was taken could not be put on record, so it is not signed."""


async def get_evidence(request: web.Request) -> web.StreamResponse:
    """Return the evidence bundle of an incident, a part of the log, or all of it."""
    what = await asked(request)
    found = await survey(request, what)
    bundle = Bundle(request[LEDGER], found, partial(slice_size, request), partial(_record, request))
    name = _UNFIT.sub("_", what.incident or request[LEDGER].row.name)
    headers = {
        "Content-Type": _ZIP,
        "Content-Disposition": f'attachment; filename="{name}-{what.head.size}.zip"',
        "Cache-Control": "no-store",
    }
    return await send(request, web.StreamResponse(headers=headers), bundle.write())


async def _record(request: web.Request, manifest: Manifest, text: bytes) -> None:
    """Put on record, once, that a bundle leaves. Raises `NotOnRecord` where that can't be had: then none is signed."""
    await record_export(request, manifest.count, sha256(text).hexdigest())
    if request[RECORDED] == UNRECORDED:
        raise NotOnRecord


_TIME = {"type": "string", "format": "date-time"}
OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/evidence",
        get_evidence,
        "The evidence bundle: events, proofs, verdict, report and the program that verifies it, signed",
        "proofs",
        {
            200: Answer(
                "A zip archive; `export.created` is on record before its last bytes leave. One without an end was "
                "broken off, and proves nothing.",
                {_ZIP: {"type": "string", "format": "binary"}},
                {"Content-Disposition": "a name for the file"},
            )
        },
        READERS,
        (
            Parameter("incident", "query", "only this incident, what is linked to it, and the context it is judged in"),
            Parameter("since", "query", "only events accepted at this time or later, by the ledger's clock", _TIME),
            Parameter("until", "query", "only events accepted before this time, by the ledger's clock", _TIME),
            Parameter(
                "as_of",
                "query",
                "an index or an RFC 3339 time: under the first checkpoint that covers it; else the newest",
            ),
            AFTER,
            Parameter(
                "consistent_with",
                "query",
                "the size of an earlier tree: prove that the bundle's extends it",
                {"type": "integer", "minimum": 0},
            ),
            Parameter("lang", "query", "the language of report.html", {"enum": list(LANGUAGES), "default": "en"}),
        ),
        problems=(*PROBLEMS, STOPPED),
    ),
)
