"""`?after=<index>`: answer only once the projections have seen that entry."""

from aiohttp import web

from ledger.registry import OpenLedger
from ledger.web import queries
from ledger.web.problems import LAGGING, Problem, bad_parameter

WAIT_SECONDS = 10.0


async def await_folded(request: web.Request, ledger: OpenLedger) -> None:
    """Wait until the projections have folded the entry named by `after`, if one is named. Raises `Problem` 400, 503."""
    index = queries.number(request, "after")
    if index is None or ledger.folded.value > index:
        return
    size = (await ledger.reads.checkpoint()).size
    if index >= size:
        raise bad_parameter("after", f"the log has {size} entries")
    if not await ledger.folded.reach(index + 1, WAIT_SECONDS):
        raise Problem(LAGGING, f"The projections stand at index {ledger.folded.value}; {index} was asked for.")
