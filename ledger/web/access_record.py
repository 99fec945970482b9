"""Every reading of personal fields is put on record before the first byte of the answer leaves.

`access.viewed` says who read, in which role, what they asked and how many rows told them something personal. It stands
in no incident: reading must not change what is read. Where the ledger can't append, reading goes on, for an auditor
must read on the worst day: the answer says `Access-Recorded: no`, and a metric and the log tell the operator.
"""

import asyncio

import structlog
from aiohttp import web

from events.strict import JsonObject
from events.visibility import Visibility
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import CommitUnknown, LedgerError
from ledger.sequencer.own_event import own_event
from ledger.sequencer.sequencer import Sequencer
from ledger.web.access import SEES, caller_name, sees
from ledger.web.context import CALLER, CLOCK, LEDGER, METRICS, RECORDED, REQUEST_ID

HEADER = "Access-Recorded"
UNRECORDED = "no"
PATIENCE_SECONDS = 5.0
"""How long a reader waits for the record. A database may answer reads and hold up commits for hours."""
_log = structlog.get_logger("ledger.web")


async def record_reading(request: web.Request, rows: int | None) -> None:
    """Put on record that the caller reads personal fields; returns once that is on disk, or can't be had.

    `rows`: how many rows of the answer tell the caller something personal (`ledger/web/personal.py`): with 0 nothing is
    recorded. None for a stream, whose rows nobody knows as it begins. Called last, where nothing can fail any more but
    the sending. A caller who sees no personal fields leaves no record.
    """
    if rows == 0 or sees(request[CALLER]) < Visibility.PERSONAL:
        return
    await _record(request, "access.viewed", {"rows": rows})


async def record_export(request: web.Request, rows: int | None, manifest_sha256: str) -> None:
    """Put on record that the caller, whatever they may see, takes events away under a manifest."""
    await _record(request, "export.created", {"rows": rows, "manifest_sha256": manifest_sha256})


async def _record(request: web.Request, type_: str, more: JsonObject) -> None:
    if request.method == "HEAD" or RECORDED in request:
        return
    ledger, identity = request[LEDGER].row.name, f"{type_}:{request[REQUEST_ID]}"
    draft = own_event(ledger, type_, identity, request.app[CLOCK](), {**_reading(request), **more})
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            request[RECORDED] = str(await _append(request[LEDGER].sequencer, draft))
    except (LedgerError, TimeoutError) as error:
        request[RECORDED] = UNRECORDED
        _log.error("a reading is not on record", ledger=ledger, reason=type(error).__name__)
    request.app[METRICS].read_personal(ledger, recorded=request[RECORDED] != UNRECORDED)


async def _append(sequencer: Sequencer, draft: Draft) -> int:
    """Append once and return the index; where a commit's fate is unknown, ask again with the same event."""
    try:
        return (await sequencer.enqueue(Unit([draft])))[0].index
    except CommitUnknown:
        return (await sequencer.enqueue(Unit([draft])))[0].index


def _reading(request: web.Request) -> JsonObject:
    """Return who reads what: the path and query as they were asked."""
    caller = request[CALLER]
    asked = request.path_qs.encode(errors="replace").decode()
    reading: JsonObject = {"by": caller_name(caller), "role": max(caller.roles, key=SEES.__getitem__), "filter": asked}
    incident = request.match_info.get("incident", request.query.get("incident"))
    if incident and len(incident) <= 128 and incident.isprintable():  # noqa: PLR2004 - no incident's id is longer
        reading["of_incident"] = incident
    return reading
