"""The auditor's desk: what can be checked, the verdict, what accounts showed, who read what, what was erased."""

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

from aiohttp import web

from ledger.pages.languages import said
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_register import FILTERS, ROLES, matrix_of, page_of_accesses, register_asked
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER, SETTINGS
from ledger.web.erasure_register import erasure_cases
from ledger.web.html.choice import language_of
from ledger.web.html.frame import frame_of
from ledger.web.html.page import Page, shown
from ledger.web.reconciliation import (
    accounts,
    differences,
    page_of_differences,
    place_asked,
    snapshot_document,
)
from ledger.web.verdicts import about, judged
from projections.reconciliation.findings import KINDS, DifferenceKind
from projections.shown import disclosed

_LISTED = 100
_ERASURES = 100
_DECLARED = get_args(DifferenceKind)
"""Differences that are no findings."""
WORDS: Mapping[str, str] = {
    "certified": said("Certified: within what is covered, nothing was found hidden."),
    "qualified": said("Qualified: nothing was found hidden, with reservations."),
    "failed": said("Failed: something was hidden, lost or changed."),
}


async def get_desk(request: web.Request) -> web.Response:
    """Show what there is to check."""
    queries.expect_only(request, ())
    ledger = request[LEDGER]
    incidents = await ledger.reads.fetch("incident_list", "", _LISTED)
    head, (listed, _more) = await ledger.reads.checkpoint(), await accounts(request, ledger)
    told = {
        "incidents": [row["incident"] for row in incidents],
        "accounts": listed,
        "size": head.size,
        "checkpoint": head.note.decode(),
        "origin": ledger.row.origin,
        "vkey": ledger.row.vkey,
        "url": f"{request.app[SETTINGS].base_url}/ledgers/{ledger.row.name}",
    }
    return shown(request, "desk/desk.html.jinja", told)


async def get_incident_verdict(request: web.Request) -> web.Response:
    """Show the verdict on an incident."""
    queries.expect_only(request, ("as_of", "after"))
    frame = await frame_of(request)
    return await _verdict(request, "desk/incident_verdict.html.jinja", {"frame": frame})


async def get_verdict(request: web.Request) -> web.Response:
    """Show the verdict on the ledger, or on a period of it."""
    queries.expect_only(request, ("since", "until", "as_of", "after"))
    return await _verdict(request, "desk/verdict.html.jinja", {})


async def _verdict(request: web.Request, template: str, more: Mapping[str, object]) -> web.Response:
    ground, verdict = await judged(request, request.match_info.get("incident"))
    told = {"judged": about(ground), "verdict": disclosed(verdict, sees(request[CALLER])), "words": WORDS}
    return shown(request, template, {**more, **told, "spoken": language_of(request).value})


async def get_reconciliation(request: web.Request) -> web.Response:
    """Show the accounts, or what a snapshot of one shows beside what is recorded."""
    queries.expect_only(request, ("platform", "account", "snapshot", "kind", "incident", "after", "start", "limit"))
    ledger, place = request[LEDGER], place_asked(request)
    await await_folded(request, ledger)
    if place is None:
        listed, then = await accounts(request, ledger)
        return shown(
            request,
            "desk/accounts.html.jinja",
            {"accounts": listed, "declared": _DECLARED, "next": _onward(request, then)},
        )
    taken, chosen = await differences(request, place)
    lines, then = await page_of_differences(request, chosen)
    more = {
        "place": place,
        "snapshot": snapshot_document(taken),
        "lines": lines,
        "next": _onward(request, then),
        "kinds": list(KINDS),
        "declared": _DECLARED,
        "kind": request.query.get("kind"),
    }
    return shown(request, "desk/reconciliation.html.jinja", more)


async def get_access_register(request: web.Request) -> web.Response:
    """Show who read what is personal, who took events away, and who may."""
    queries.expect_only(request, (*FILTERS, "start", "limit"))
    register, level = await register_asked(request), sees(request[CALLER])
    matrix = await matrix_of(request, register)
    lines, then = await page_of_accesses(request, register, queries.limit(request))
    told = {
        "lines": [disclosed(line, level) for line in lines],
        "matrix": disclosed(matrix, level),
        "next": _onward(request, then),
        "asked": dict(request.query),
    }
    return shown(request, "desk/accesses.html.jinja", told)


async def get_erasures(request: web.Request) -> web.Response:
    """Show what was asked to be erased, what was decided, what is gone."""
    queries.expect_only(request, ("start", "after"))
    listed, totals, _ = await erasure_cases(request)
    start, level = queries.number(request, "start", 0) or 0, sees(request[CALLER])
    more = str(start + _ERASURES) if start + _ERASURES < len(listed) else None
    told = {
        "cases": [disclosed(case, level) for case in listed[start : start + _ERASURES]],
        "totals": disclosed(totals, level),
        "next": _onward(request, more),
    }
    return shown(request, "desk/erasures.html.jinja", told)


def _onward(request: web.Request, start: str | None) -> str:
    return f"?{urlencode({**request.query, 'start': start})}" if start else ""


PAGES = (
    Page("/ledgers/{ledger}/desk", get_desk),
    Page("/ledgers/{ledger}/verdict", get_verdict),
    Page("/ledgers/{ledger}/incidents/{incident}/verdict", get_incident_verdict),
    Page("/ledgers/{ledger}/reconciliation", get_reconciliation),
    Page("/ledgers/{ledger}/access-register", get_access_register, ROLES),
    Page("/ledgers/{ledger}/erasures", get_erasures),
)
