"""GET /ledgers/{ledger}/reconciliation: the accounts and their snapshots, and what a snapshot shows otherwise."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import orjson
from aiohttp import web

from events.entry import render_instant
from events.strict import JsonObject
from events.visibility import Visibility
from ledger.reconciling.comparison import BEGINNING, Comparison, Position, compare
from ledger.registry import OpenLedger
from ledger.store.snapshots import LATEST, Taken
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER
from ledger.web.difference_lines import DifferenceLine, left_over, lines
from ledger.web.formats import Format, csv_row, format_of
from ledger.web.operation import READERS, Answer, Operation, Parameter
from ledger.web.paging import page, stream
from ledger.web.problems import (
    BAD_REQUEST,
    FORBIDDEN,
    LAGGING,
    NOT_FOUND,
    UNAUTHENTICATED,
    UNAVAILABLE,
    bad_parameter,
    not_found,
)
from projections.reconciliation.findings import KINDS
from projections.reconciliation.state import Place
from projections.shown import disclosed

_SLICES_A_PAGE = 20
_SNAPSHOTS_LISTED = 20
_PARAMETERS = ("platform", "account", "snapshot", "kind", "incident", "after", "start", "limit", "format")
_OF_AN_ACCOUNT = ("snapshot", "kind", "incident")
_COLUMNS = (
    "kind",
    "item",
    "external_id",
    "incident",
    "events",
    "finding",
    "settled_by",
    "seen_at",
    "last_seen_at",
    "recorded_sha256",
    "shown_sha256",
    "shown_at",
    "title",
    "text",
)


async def get_reconciliation(request: web.Request) -> web.StreamResponse:
    """Return the accounts, or the difference of one's snapshot."""
    queries.expect_only(request, _PARAMETERS)
    ledger = request[LEDGER]
    await await_folded(request, ledger)
    place, format_ = place_asked(request), format_of(request, diff=True)
    if place is None:
        return await _accounts(request, ledger, format_)
    taken, chosen = await differences(request, place)
    if format_ in {Format.DIFF, Format.CSV}:
        await record_reading(request, rows=None)
    if format_ is Format.DIFF:
        return await stream(request, Format.DIFF, chosen.texts(_diff))
    if format_ is Format.CSV:
        return await stream(request, Format.CSV, chosen.texts(_csv, csv_row(_COLUMNS)))
    told, then = await page_of_differences(request, chosen)
    more = b',"snapshot":' + orjson.dumps(snapshot_document(taken))
    return page(request, [orjson.dumps(line) for line in told], then, more)


async def differences(request: web.Request, place: Place) -> "tuple[Taken, Chosen]":
    """Return an account's snapshot that is asked for, and what it shows otherwise. Raises `Problem` 400, 404."""
    ledger, number = request[LEDGER], queries.number(request, "snapshot", LATEST)
    rows = await ledger.reads.fetch("snapshots_before", *place, number, 1)
    if not rows or ("snapshot" in request.query and rows[0]["number"] != number):
        raise not_found("such snapshot of this account")
    taken = Taken.read(rows[0])
    return taken, Chosen(await compare(ledger.reads, place, taken), sees(request[CALLER]), *_filters(request))


async def page_of_differences(request: web.Request, chosen: "Chosen") -> tuple[list[JsonObject], str | None]:
    """Return a page of differences, and where the next begins. A reading of what is personal is put on record."""
    told, then = await chosen.page(_position(request.query.get("start")), queries.limit(request))
    await record_reading(request, rows=sum(map(_personal, told)))
    return told, then and "|".join(then)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lines of a comparison that are wanted, as `level` sees them."""

    comparison: Comparison
    level: Visibility
    kind: str | None
    incident: str | None

    async def page(self, start: Position, limit: int) -> tuple[list[JsonObject], Position | None]:
        """Return the wanted lines from `start` on, about `limit`, and where to go on; it may be that none are found."""
        found: list[JsonObject] = []
        position: Position | None = start
        for _ in range(_SLICES_A_PAGE):
            if position is None or len(found) >= limit:
                break
            some, position = await self._slice(position)
            found += some
        return found, position

    async def texts(self, render: Callable[[JsonObject], bytes], first: bytes = b"") -> AsyncIterator[bytes]:
        """Yield all wanted lines, rendered, slice by slice."""
        yield first
        position: Position | None = BEGINNING
        while position is not None:
            some, position = await self._slice(position)
            yield b"".join(map(render, some))

    async def _slice(self, position: Position) -> tuple[list[JsonObject], Position | None]:
        of_page = self.comparison.taken.kind == "page"
        if position.part == "left":
            told, after = await left_over(self.comparison, int(position.key), queries.DEFAULT_LIMIT)
            then = None if after is None else Position("left", "", str(after))
        else:
            found, then = await self.comparison.slice(position)
            told = await lines(self.comparison, found)
            if then is None and of_page:
                then = Position("left", "", "-1")
        return [disclosed(line, self.level) for line in told if self._wanted(line)], then

    def _wanted(self, line: DifferenceLine) -> bool:
        return self.kind in (None, line.kind) and self.incident in (None, line.incident)


def place_asked(request: web.Request) -> Place | None:
    """Return the account that a request names, None where it names none. Raises `Problem` 400."""
    platform, account = request.query.get("platform"), request.query.get("account")
    if platform is None and account is None:
        for name in _OF_AN_ACCOUNT:
            if name in request.query:
                raise bad_parameter(name, "goes with platform and account")
        return None
    if platform is None or account is None:
        missing = "platform" if platform is None else "account"
        raise bad_parameter(missing, "an account is named by both platform and account")
    return Place(platform, account)


def _filters(request: web.Request) -> tuple[str | None, str | None]:
    kind = request.query.get("kind")
    if kind is not None and kind not in KINDS:
        raise bad_parameter("kind", f"expected one of {', '.join(KINDS)}")
    return kind, request.query.get("incident")


def _position(start: str | None) -> Position:
    if start is None:
        return BEGINNING
    part, _, rest = start.partition("|")
    kind, _, key = rest.partition("|")
    if part not in {"shown", "unshown", "left"} or (part == "left" and queries.whole_number(key.lstrip("-")) is None):
        raise bad_parameter("start", "expected what next names")
    return Position(part, kind, key)


async def _accounts(request: web.Request, ledger: OpenLedger, format_: Format) -> web.Response:
    if format_ is not Format.JSON:
        raise bad_parameter("format", "the list of accounts is json")
    items, then = await accounts(request, ledger)
    return page(request, [orjson.dumps(item) for item in items], then)


async def accounts(request: web.Request, ledger: OpenLedger) -> tuple[list[JsonObject], str | None]:
    """Return a page of the accounts with their latest snapshots, and where the next begins."""
    limit = queries.limit(request)
    platform, _, account = request.query.get("start", "").partition("|")
    rows = await ledger.reads.fetch("snapshot_accounts", platform, account, limit)
    items: list[JsonObject] = []
    for row in rows:
        place = Place(row["platform"], row["account"])
        taken = await ledger.reads.fetch("snapshots_before", *place, LATEST, _SNAPSHOTS_LISTED)
        listed = [snapshot_document(Taken.read(one)) for one in taken]
        items.append({**place._asdict(), "count": row["snapshots"], "snapshots": listed})
    return items, f"{rows[-1]['platform']}|{rows[-1]['account']}" if len(rows) == limit else None


def snapshot_document(taken: Taken) -> JsonObject:
    """Return what is told of a snapshot."""
    return {
        "snapshot": taken.number,
        "kind": taken.kind,
        "taken_at": render_instant(taken.taken_at),
        "window": {"from": render_instant(taken.window_from), "to": render_instant(taken.window_to)},
        "completeness": taken.completeness,
        "file_sha256": taken.file_sha256.hex(),
        "items": taken.items,
        "counts": taken.counts,
        "index": taken.index,
        "reconciliation": None if taken.reconciled is None else {"index": taken.reconciled, "findings": taken.findings},
    }


def _personal(line: JsonObject) -> bool:
    """Tell whether a line shows a digest of somebody else's words."""
    return line["item"] == "comment" and any(line.get(name) for name in ("recorded_sha256", "shown_sha256"))


def _csv(line: JsonObject) -> bytes:
    return csv_row([line.get(name) for name in _COLUMNS])


def _diff(line: JsonObject) -> bytes:
    """Return a difference as text: its heading, then its words as wdiff writes them. What is equal isn't shown."""
    if line["kind"] in {"equal", "uncompared"}:
        return b""
    name = line.get("external_id", "(withheld)")
    told = [f"## {line['kind']}: {line['item']} {name}"]
    told += [f"   {label}: {line[key]}" for label, key in _TOLD if line.get(key) is not None]
    if line.get("diff"):
        told.append("".join(_MARKED[run["kind"]].format(run["text"]) for run in line["diff"]))
    elif line.get("recorded_sha256") != line.get("shown_sha256"):
        told += [f"-{line.get('recorded_sha256')}", f"+{line.get('shown_sha256')}"]
    return ("\n".join(told) + "\n\n").encode()


_TOLD: Sequence[tuple[str, str]] = (
    ("seen at", "seen_at"),
    ("last seen at", "last_seen_at"),
    ("recorded by event", "finding"),
    ("settled by event", "settled_by"),
)
_MARKED = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
_PAGE = {"$ref": "#/components/schemas/ReconciliationPage"}
_ACCOUNTS = {"$ref": "#/components/schemas/SnapshotAccountPage"}
OPERATIONS = (
    Operation(
        "GET",
        "/ledgers/{ledger}/reconciliation",
        get_reconciliation,
        "What accounts and pages showed, against what the ledger says of that moment",
        "reconciliation",
        {
            200: Answer(
                "The accounts with their latest snapshots; with platform and account, the differences of one snapshot",
                {
                    "application/json": {"anyOf": [_PAGE, _ACCOUNTS]},
                    "text/csv": {"type": "string"},
                    "text/x-diff": {"type": "string"},
                },
                {"Link": "the next page"},
            )
        },
        READERS,
        (
            Parameter("platform", "query", "the platform of the account or page"),
            Parameter("account", "query", "the account or page"),
            Parameter("snapshot", "query", "the snapshot's number; the latest by default", {"type": "integer"}),
            Parameter("kind", "query", "only differences of this kind", {"enum": list(KINDS)}),
            Parameter("incident", "query", "only differences of this incident"),
            Parameter(
                "after", "query", "wait until the projections have seen the entry of this index", {"type": "integer"}
            ),
            Parameter("start", "query", "where to go on, as `next` says"),
            Parameter("limit", "query", "about how many differences a page has, 1 to 1000", {"type": "integer"}),
            Parameter("format", "query", "json, csv, or diff for people", {"enum": ["json", "csv", "diff"]}),
        ),
        problems=(BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, UNAVAILABLE, LAGGING),
    ),
)
