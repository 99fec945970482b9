"""GET /ledgers/{ledger}/erasures: what was asked for, what was decided, what is gone, with the events behind it."""

from collections.abc import Sequence

import orjson
from aiohttp import web

from events.visibility import Visibility
from ledger.web import queries
from ledger.web.awaiting import await_folded
from ledger.web.context import CLOCK, LEDGER
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.incidents import AFTER, PROBLEMS
from ledger.web.operation import READERS, Answer, Operation, Parameter
from ledger.web.paging import page
from ledger.web.problems import bad_parameter
from ledger.web.stored_rows import all_rows
from projections.erasures import ERASURES, ErasureCase, ErasureTotals, cases, totals
from projections.shown import disclosed


async def get_erasures(request: web.Request) -> web.Response:
    """Return the register: every request with what came of it, and the figures of all."""
    queries.expect_only(request, ("start", "limit", "after", "format"))
    format_, limit = format_of(request), queries.limit(request)
    listed, figures_, size = await erasure_cases(request)
    if format_ is Format.CSV:
        lines = [csv_row(list(ErasureCase.model_fields)), *(csv_row(list(dict(case).values())) for case in listed)]
        return web.Response(body=b"".join(lines), content_type="text/csv", charset="utf-8")
    if format_ is not Format.JSON:
        raise bad_parameter("format", "the register is json or csv")
    start = queries.number(request, "start", 0) or 0
    items = [orjson.dumps(disclosed(case, Visibility.PUBLIC)) for case in listed[start : start + limit]]
    more = str(start + limit) if start + limit < len(listed) else None
    figures = orjson.dumps(disclosed(figures_, Visibility.PUBLIC))
    return page(request, items, more, b',"size":%d,"totals":%b' % (size, figures))


async def erasure_cases(request: web.Request) -> tuple[Sequence[ErasureCase], ErasureTotals, int]:
    """Return every request for erasure with what came of it, the figures of all, and over how many events."""
    ledger = request[LEDGER]
    await await_folded(request, ledger)
    size = ledger.folded.value
    rows = {int(key): row for key, row in (await all_rows(ledger.reads, ERASURES, "")).items()}
    listed = cases(rows, request.app[CLOCK]())
    return listed, totals(rows, listed, size), size


OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/erasures",
        get_erasures,
        "The register of erasures",
        "law",
        {
            200: Answer(
                "A page of the register with the figures of all of it; as CSV the whole",
                {
                    "application/json": {"$ref": "#/components/schemas/ErasurePage"},
                    "text/csv": {"type": "string"},
                },
                {"Link": "the next page"},
            )
        },
        READERS,
        (
            Parameter("start", "query", "how many cases to leave out", {"type": "integer", "minimum": 0}),
            Parameter(
                "limit", "query", "how many a page has, 1 to 1000", {"type": "integer", "minimum": 1, "maximum": 1000}
            ),
            AFTER,
            Parameter("format", "query", "json or csv; else by Accept", {"enum": ["json", "csv"]}),
        ),
        problems=PROBLEMS,
    ),
)
