"""From an event document to a draft that its poster may append."""

from datetime import datetime, timedelta

from aiohttp import web

from events.entry import SERVICE_SOURCE
from events.envelope import Posted, read_event
from events.faults import Fault, Refused
from events.strict import JsonObject
from ledger.sequencer.draft import Draft, draft_event
from ledger.store.tokens import Token
from ledger.web.context import CALLER, CLOCK
from ledger.web.problems import SOURCE_FORBIDDEN, Problem

_AHEAD_AT_MOST = timedelta(days=1)


def take_in(request: web.Request, document: JsonObject) -> Draft:
    """Validate one event and seal it. Raises `Refused` with every fault, `Problem` 403."""
    posted = read_event(document)
    _allow(request[CALLER], posted)
    _in_time(posted, request.app[CLOCK]())
    return draft_event(posted)


def _allow(token: Token, posted: Posted) -> None:
    if posted.recorded_by_service:
        raise Refused([Fault("/type", f"only the ledger itself records {posted.type}")])
    if posted.source.lower().startswith(SERVICE_SOURCE) or not token.may_speak_for(posted.source):
        raise Problem(
            SOURCE_FORBIDDEN, "The token is bound to other sources.", [Fault("/source", "not a source of this token")]
        )


def _in_time(posted: Posted, now: datetime) -> None:
    if posted.time - now > _AHEAD_AT_MOST:
        raise Refused([Fault("/time", "more than a day ahead of the ledger's clock")])
