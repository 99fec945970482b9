"""The auditor's desk: what can be checked, the verdict, what accounts showed, who read what, what was erased."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import get_args
from urllib.parse import quote

from aiohttp import web

from ledger.pages.languages import said
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_register import FILTERS, ROLES, matrix_of, page_of_accesses, register_asked
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER, SETTINGS
from ledger.web.erasure_register import erasure_cases
from ledger.web.evidence.asked import LANGUAGES
from ledger.web.evidence.asked import PARAMETERS as EVIDENCE
from ledger.web.html.address import replaced, sent_on
from ledger.web.html.choice import language_of
from ledger.web.html.frame import frame_of
from ledger.web.html.page import Page, shown
from ledger.web.html.recorded_verdicts import recorded_verdicts
from ledger.web.reconciliation import (
    accounts,
    differences,
    page_of_differences,
    place_asked,
    snapshot_document,
)
from ledger.web.verdicts import about, judged
from projections.accesses import ACCESS_TYPES
from projections.checks.ground import Ground
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
    incidents = await ledger.reads.fetch("incident_list", "", _LISTED + 1)
    head, (listed, more) = await ledger.reads.checkpoint(), await accounts(request, ledger)
    recorded, looked_from = await recorded_verdicts(ledger.reads, head.size)
    told = {
        "incidents": [row["incident"] for row in incidents[:_LISTED]],
        "most": _LISTED if len(incidents) > _LISTED else None,
        "accounts": listed,
        "more_accounts": more is not None,
        "recorded": recorded,
        "looked_from": looked_from,
        "words": WORDS,
        "languages": LANGUAGES,
        "size": head.size,
        "checkpoint": head.note.decode(),
        "origin": ledger.row.origin,
        "vkey": ledger.row.vkey,
        "url": f"{request.app[SETTINGS].base_url}/ledgers/{ledger.row.name}",
    }
    return shown(request, "desk/desk.html.jinja", told)


async def get_bundle(request: web.Request) -> web.Response:
    """Lead the form on to the bundle that it asks for."""
    queries.expect_only(request, EVIDENCE)
    found = sent_on(request, f"/ledgers/{quote(request[LEDGER].row.name)}/evidence")
    assert found is not None  # noqa: S101 - it names another path
    return found


async def get_incident_verdict(request: web.Request) -> web.Response:
    """Show the verdict on an incident."""
    queries.expect_only(request, ("as_of", "after"))
    frame = await frame_of(request)
    return await _verdict(request, "desk/incident_verdict.html.jinja", {"frame": frame})


async def get_verdict(request: web.Request) -> web.Response:
    """Show the verdict on the ledger, or on a period of it."""
    if (elsewhere := sent_on(request)) is not None:
        return elsewhere
    queries.expect_only(request, ("since", "until", "as_of", "after"))
    return await _verdict(request, "desk/verdict.html.jinja", {})


async def _verdict(request: web.Request, template: str, more: Mapping[str, object]) -> web.Response:
    ground, verdict = await judged(request, request.match_info.get("incident"))
    told = {
        "judged": about(ground),
        "verdict": disclosed(verdict, sees(request[CALLER])),
        "words": WORDS,
        "spoken": language_of(request).value,
        "as_of": request.query.get("as_of"),
        "only": _only(request, **_head_of(request, ground)),
    }
    return shown(request, template, {**more, **told})


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
        "only": _only(request),
    }
    return shown(request, "desk/reconciliation.html.jinja", more)


async def get_access_register(request: web.Request) -> web.Response:
    """Show who read what is personal, who took events away, and who may."""
    if (elsewhere := sent_on(request)) is not None:
        return elsewhere
    queries.expect_only(request, (*FILTERS, "start", "limit"))
    register, level = await register_asked(request), sees(request[CALLER])
    matrix = await matrix_of(request, register)
    lines, then = await page_of_accesses(request, register, queries.limit(request))
    told = {
        "lines": [disclosed(line, level) for line in lines],
        "matrix": disclosed(matrix, level),
        "next": _onward(request, then),
        "asked": {name: request.query.get(name) for name in FILTERS},
        "filtered": any(name in request.query for name in FILTERS),
        "types": ACCESS_TYPES,
        "only": _only(request),
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
    return replaced(request, start=start) if start else ""


def _only(request: web.Request, **members: str | int | None) -> Callable[..., str]:
    """Return what builds the address of the same question, from its beginning, with some members replaced."""
    return partial(replaced, request, start=None, limit=None, **members)


def _head_of(request: web.Request, ground: Ground) -> Mapping[str, int]:
    """Return how an address names the very head that was judged, whatever is recorded meanwhile."""
    return {"as_of": ground.size - 1} if "as_of" not in request.query and ground.size else {}


PAGES = (
    Page("/ledgers/{ledger}/desk", get_desk),
    Page("/ledgers/{ledger}/desk/bundle", get_bundle),
    Page("/ledgers/{ledger}/verdict", get_verdict),
    Page("/ledgers/{ledger}/incidents/{incident}/verdict", get_incident_verdict),
    Page("/ledgers/{ledger}/reconciliation", get_reconciliation),
    Page("/ledgers/{ledger}/access-register", get_access_register, ROLES),
    Page("/ledgers/{ledger}/erasures", get_erasures),
)
