"""/ledgers/{l}/desk/compare: two bundles, checked and compared in the auditor's browser; none is sent here."""

from aiohttp import web

from ledger.pages.phrases import PHRASES
from ledger.web import queries
from ledger.web.context import LEDGER
from ledger.web.html.page import Page, shown


async def get_compare(request: web.Request) -> web.Response:
    """Show where two bundles are chosen, with the key that must have signed both."""
    queries.expect_only(request, ())
    return shown(request, "compare/compare.html.jinja", {"vkey": request[LEDGER].row.vkey, "types": sorted(PHRASES)})


PAGES = (Page("/ledgers/{ledger}/desk/compare", get_compare),)
