"""The audit trail as a page, of the ledger and of an incident: filters as a form, a line an event."""

import re
from urllib.parse import urlencode

from aiohttp import web

from events.visibility import Visibility
from events.vocabulary import VOCABULARY
from ledger.web import queries
from ledger.web.access_record import record_reading
from ledger.web.audit_trail import Trail, trail_of
from ledger.web.html.frame import frame_of
from ledger.web.html.page import Page, see_other, shown
from ledger.web.personal import personal_lines
from projections.audit_trail import AuditLine
from projections.shown import disclosed

_LINES = 50
_WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?")
FAMILIES = tuple(sorted({f"{name.partition('.')[0]}.*" for name in VOCABULARY}))


async def get_audit_trail(request: web.Request) -> web.Response:
    """Show the audit trail of the whole ledger."""
    return _sent_on(request) or await _trail(request, None)


async def get_incident_audit_trail(request: web.Request) -> web.Response:
    """Show the audit trail of what stands in an incident."""
    return _sent_on(request) or await _trail(request, request.match_info["incident"])


def _sent_on(request: web.Request) -> web.Response | None:
    """Send a form on to the address of what it asks: without its empty fields, its times in UTC as it says."""
    asked = [(name, text) for name, text in request.query.items() if text.strip()]
    exact = [(name, _in_utc(text) if name in {"since", "until"} else text.strip()) for name, text in asked]
    if exact == list(request.query.items()):
        return None
    return see_other(f"{request.path}?{urlencode(exact)}" if exact else request.path)


def _in_utc(text: str) -> str:
    found = _WITHOUT_ZONE.fullmatch(text.strip())
    if found is None:
        return text.strip()
    return f"{found[0]}Z" if found[1] else f"{found[0]}:00Z"


async def _trail(request: web.Request, incident: str | None) -> web.Response:
    limit = queries.limit(request) if "limit" in request.query else _LINES
    trail = await trail_of(request, incident)
    lines, position = await trail.page(limit)
    frame = {} if incident is None else {"frame": await frame_of(request)}
    await record_reading(request, rows=personal_lines(request, lines))
    template = "conduct/ledger_audit_trail.html.jinja" if incident is None else "conduct/audit_trail.html.jinja"
    return shown(request, template, {**frame, **_context(request, trail, lines, position, short=len(lines) < limit)})


def _context(
    request: web.Request, trail: Trail, lines: list[AuditLine], position: int | None, *, short: bool
) -> dict[str, object]:
    filters = {name: text for name, text in request.query.items() if name not in {"start", "limit", "after"}}
    return {
        "ledger": trail.ledger.row.name,
        "lines": [disclosed(line, Visibility.PUBLIC) for line in lines],
        "filters": filters,
        "families": FAMILIES,
        "begun": trail.start,
        "reached": trail.end if position is None else position,
        "size": trail.end,
        "next": None if position is None else f"?{urlencode({**request.query, 'start': position})}",
        "short": short,
        "only": lambda **chosen: f"?{urlencode({**filters, **chosen})}",
    }


PAGES = (
    Page("/ledgers/{ledger}/audit-trail", get_audit_trail),
    Page("/ledgers/{ledger}/incidents/{incident}/audit-trail", get_incident_audit_trail),
)
