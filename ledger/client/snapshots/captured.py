"""When a snapshot was taken: by what stands beside the page in its document, by its file's name, by the file's age."""

from collections.abc import Iterator
from datetime import datetime

from events.faults import Fault
from events.strict import JsonObject, JsonValue
from ledger.client.snapshots.moments import moment_in_name, read_moment
from ledger.client.snapshots.pieces import Piece
from ledger.client.snapshots.snapshot import Unreadable

TIMES = (
    *(f"{verb}_at" for verb in ("taken", "snapshot", "captured", "fetched", "retrieved", "collected", "scraped")),
    *(f"{verb}_at" for verb in ("crawled", "polled", "checked", "observed", "recorded", "archived", "saved")),
    *(
        f"{what}_{unit}"
        for what in ("snapshot", "capture", "fetch", "commit")
        for unit in ("time", "timestamp", "date")
    ),
    *("committed_at", "committed_date", "committer_date", "author_date", "authored_at", "timestamp", "datetime"),
    *("time", "date", "ts", "when", "at"),
)
"""Names under which those who keep a page's history note the time of a capture; the first that is there counts."""
_OF_PAGE = frozenset({"page", "status", "page_status", "components", "incidents", "scheduled_maintenances"})
_DEPTH = 3


def taken_at(document: JsonValue, piece: Piece) -> datetime:
    """Return when the snapshot in a piece was taken. Raises `Unreadable` where nothing tells.

    In the document, else in the file's name. Else, for one of many, the page's own `updated_at`, which keeps their
    order where files were copied since; and for a file that stands alone, when it was written.
    """
    if (said := _noted(document)) is not None:
        return said
    source = piece.source
    if piece.whole and (named := moment_in_name(source.name)) is not None:
        return named
    if not (piece.whole and source.alone) and (updated := _updated(document)) is not None:
        return updated
    if piece.whole:
        return source.captured_at
    raise Unreadable([(piece.line, Fault("", f"nothing says when it was taken; {', '.join(TIMES[:4])} … would"))])


def _noted(document: JsonValue) -> datetime | None:
    for level in _levels(document, _DEPTH):
        for name in TIMES:
            if (moment := read_moment(level.get(name))) is not None:
                return moment
    return None


def _levels(document: JsonValue, depth: int) -> Iterator[JsonObject]:
    """Yield the document and what lies in it, but for what the page itself says."""
    if isinstance(document, dict) and depth:
        yield document
        for name, value in document.items():
            if name not in _OF_PAGE:
                yield from _levels(value, depth - 1)


def _updated(document: JsonValue) -> datetime | None:
    for level in _levels(document, _DEPTH):
        if isinstance(page := level.get("page"), dict):
            return read_moment(page.get("updated_at"))
    return None
