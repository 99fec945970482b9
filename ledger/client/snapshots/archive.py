"""The snapshots in files, in the order in which they were taken. Only the place of each is kept until its turn."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, Literal, NamedTuple

from events.faults import Fault, Refused
from events.strict import JsonObject, JsonValue
from ledger.client.rows import BOM
from ledger.client.snapshots.captured import taken_at
from ledger.client.snapshots.dividing import EXPECTED, Part, divide
from ledger.client.snapshots.documents import parse_page
from ledger.client.snapshots.moments import spell
from ledger.client.snapshots.own import document_snapshot, is_document, is_header, stream_snapshot
from ledger.client.snapshots.page import page_snapshot
from ledger.client.snapshots.pieces import Files, Line, Piece, Source
from ledger.client.snapshots.snapshot import Asked, Snapshot, Unreadable
from ledger.client.snapshots.statuspage import read_statuspage
from ledger.client.snapshots.table import table_snapshot

Format = Literal["snapshot", "csv", "statuspage"]
Complain = Callable[[str, int, Fault], None]
"""Hears of a fault: the file's name, the line, what is wrong."""
FETCHED_WITH = "ledgerd snapshot"


class Found(NamedTuple):
    """A snapshot that has not been read yet."""

    taken_at: datetime
    piece: Piece
    format: Format


def find(sources: Iterable[Source], files: Files, format_: Format | None, complain: Complain) -> list[Found]:
    """Return the snapshots of all sources, oldest first; whatever can't be one is complained of."""
    found: list[Found] = []
    for source in sources:
        try:
            for part in divide(source, files, table=format_ == "csv"):
                try:
                    found.append(_found(part, format_))
                except Unreadable as unreadable:
                    complain_of(unreadable, source, complain)
        except Unreadable as unreadable:
            complain_of(unreadable, source, complain)
    found.sort(
        key=lambda each: (each.taken_at, each.piece.source.captured_at, each.piece.source.name, each.piece.start)
    )
    return found


def complain_of(unreadable: Unreadable, source: Source, complain: Complain) -> None:
    """Tell every fault of a snapshot."""
    for line, fault in unreadable.faults:
        complain(source.name, line, fault)


def read(found: Found, files: Files, asked: Asked) -> Snapshot:
    """Return a snapshot that was found. Raises `Unreadable`. Its items are read from `files`, at need and anew."""
    piece = found.piece
    said: JsonObject = {"taken_at": spell(found.taken_at), "file_sha256": files.digest(piece)}
    if piece.source.url is not None:
        said |= {"url": piece.source.url, "captured_with": FETCHED_WITH}
    if found.format == "csv":
        return table_snapshot(lambda: _at_start(files, piece), said, asked)
    if found.format == "snapshot":
        return _own(found, files, said, asked)
    try:
        page = read_statuspage(_document(files.content(piece)))
    except Refused as refused:
        raise Unreadable([(piece.line, fault) for fault in refused.faults]) from None
    if page is None:
        raise Unreadable([(piece.line, Fault("", f"there is no list of incidents in it; {EXPECTED}"))])
    page.url = page.url or piece.source.url
    return page_snapshot(page, said, asked, piece.line)


def _own(found: Found, files: Files, said: JsonObject, asked: Asked) -> Snapshot:
    first = next(files.lines(found.piece))
    try:
        header = _document(first.content or b"")
    except Refused:
        header = None  # the first line of a document that has more
    if isinstance(header, dict) and is_header(header):
        return stream_snapshot(header, lambda: _behind_first(files, found.piece), said, asked, found.piece.line)
    document = _document(files.content(found.piece))
    if not isinstance(document, dict) or not is_document(document):
        raise Unreadable([(found.piece.line, Fault("/snapshot", "expected snapshot/1 here, in a header"))])
    return document_snapshot(document, said, asked, found.piece.line)


def _found(part: Part, format_: Format | None) -> Found:
    if part.broken is not None:
        raise part.broken
    document = part.document
    told = document["snapshot"] if isinstance(document, dict) and is_document(document) else document
    return Found(taken_at(told, part.piece), part.piece, format_ or _format(document))


def _format(document: JsonValue) -> Format:
    if document is None:
        return "csv"
    return "snapshot" if is_header(document) or is_document(document) else "statuspage"


def _document(content: bytes) -> JsonValue:
    return parse_page(content.removeprefix(BOM))


def _at_start(files: Files, piece: Piece) -> BinaryIO:
    file = files.open(piece.source)
    file.seek(piece.start)
    return file


def _behind_first(files: Files, piece: Piece) -> Iterator[Line]:
    lines = files.lines(piece)
    next(lines)
    yield from lines
