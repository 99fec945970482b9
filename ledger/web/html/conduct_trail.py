"""The audit trail as a page, of the ledger and of an incident: filters as a form, a line an event."""

from functools import partial

from aiohttp import web

from events.visibility import Visibility
from events.vocabulary import VOCABULARY
from ledger.web import queries
from ledger.web.access_record import record_reading
from ledger.web.audit_trail import Trail, trail_of
from ledger.web.html.address import replaced, sent_on
from ledger.web.html.frame import frame_of
from ledger.web.html.page import Page, shown
from ledger.web.personal import personal_lines
from projections.audit_trail import AuditLine
from projections.shown import disclosed

_LINES = 50
FAMILIES = tuple(sorted({f"{name.partition('.')[0]}.*" for name in VOCABULARY}))


async def get_audit_trail(request: web.Request) -> web.Response:
    """Show the audit trail of the whole ledger."""
    return sent_on(request) or await _trail(request, None)


async def get_incident_audit_trail(request: web.Request) -> web.Response:
    """Show the audit trail of what stands in an incident."""
    return sent_on(request) or await _trail(request, request.match_info["incident"])


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
        "next": None if position is None else replaced(request, start=position),
        "short": short,
        "only": partial(replaced, request, start=None, limit=None, after=None),
    }


PAGES = (
    Page("/ledgers/{ledger}/audit-trail", get_audit_trail),
    Page("/ledgers/{ledger}/incidents/{incident}/audit-trail", get_incident_audit_trail),
)
