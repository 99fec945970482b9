"""The pieces of a file: a document, a table, a line each, our own header with its items, or the elements of a list."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from events.faults import Fault, Refused
from events.strict import JsonValue
from ledger.client.rows import BOM
from ledger.client.snapshots.documents import parse_page
from ledger.client.snapshots.feed import looks_like_feed
from ledger.client.snapshots.own import is_document, is_header
from ledger.client.snapshots.pieces import Files, Line, Piece, Source, too_long
from ledger.client.snapshots.snapshot import Unreadable
from ledger.client.snapshots.statuspage import read_statuspage
from ledger.client.snapshots.table import looks_like_table
from projections.reconciliation.snapshot import FORMAT

EXPECTED = (
    'expected a snapshot/1 (a line {"snapshot":"snapshot/1",…}, then its items), a CSV with the columns kind and '
    "external_id, a Statuspage's summary.json, incidents.json or feed, or many of them, one a line"
)
_START = 1 << 16
_LINES = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
_LOOKED_AT = 20
_MARK = f'"{FORMAT}"'.encode()


class Part(NamedTuple):
    """A piece with its document: of a snapshot read line by line its header, of a table none; or why it is none."""

    piece: Piece
    document: JsonValue
    broken: Unreadable | None = None


def divide(source: Source, files: Files, *, table: bool) -> Iterator[Part]:
    """Yield the parts of a source; `table`: it is one. Raises `Unreadable` where it is nothing known."""
    whole, file = files.whole(source), files.open(source)
    file.seek(0)
    start = file.read(_START).removeprefix(BOM).lstrip()
    if table or looks_like_table(start):
        yield Part(whole, None)
    elif looks_like_feed(start):
        yield Part(whole, _parsed(files.content(whole), 1))
    elif start[:1] not in {b"{", b"["}:
        what = "HTML or XML" if start[:1] == b"<" else "not a format that is known"
        raise Unreadable([(1, Fault("", f"this is {what}; {EXPECTED}"))])
    elif start[:1] == b"{" and (source.name.endswith(_LINES) or _starts_with_documents(files, whole)):
        yield from _alone(_lines(files, whole))
    else:
        yield from _document(files, whole)


def _starts_with_documents(files: Files, whole: Piece) -> bool:
    """Tell whether the first line is a document and not the only one, or the header of our own format."""
    lines = list(islice(files.lines(whole), 2))
    try:
        _parsed(lines[0].content, 1)
    except Unreadable:
        return False
    return len(lines) > 1 or _MARK in (lines[0].content or b"")


def _document(files: Files, whole: Piece) -> Iterator[Part]:
    """Yield what the file is as one document. If it is none for a bad line among good ones, those."""
    try:
        document = _parsed(files.content(whole), 1)
    except Unreadable as broken:
        lines = [_part(whole, line) for line in islice(files.lines(whole), _LOOKED_AT)]
        if not any(is_document(part.document) or _is_page(part.document) for part in lines):
            raise broken from None
        yield from _lines(files, whole)
    else:
        is_list = isinstance(document, list) and any(is_document(each) or _is_page(each) for each in document)
        yield from _elements(files.content(whole), whole) if is_list else [Part(whole, document)]


def _is_page(document: JsonValue) -> bool:
    return isinstance(document, dict) and read_statuspage(document) is not None


def _alone(parts: Iterator[Part]) -> Iterator[Part]:
    """Mark the only part of a file: what is known of the file holds for it."""
    first, second = next(parts, None), next(parts, None)
    if first is not None and second is None:
        yield first._replace(piece=replace(first.piece, whole=True))
    else:
        yield from chain((part for part in (first, second) if part is not None), parts)


def _lines(files: Files, whole: Piece) -> Iterator[Part]:
    """Yield a part a line, but for our own format the header with the lines behind it."""
    begun: Part | None = None
    for line in files.lines(whole):
        # Without the mark a line behind a header is an item: it is read when the snapshot is.
        part = None if begun is not None and _MARK not in (line.content or b"") else _part(whole, line)
        if begun is not None and (part is None or not (is_header(part.document) or is_document(part.document))):
            begun = begun._replace(piece=replace(begun.piece, length=_end(line) - begun.piece.start))
            continue
        if begun is not None:
            yield begun
        begun = part if part is not None and is_header(part.document) else None
        if begun is None and part is not None:
            yield part
    if begun is not None:
        yield begun


def _part(whole: Piece, line: Line) -> Part:
    piece = Piece(whole.source, line.start, _end(line) - line.start, line.number, whole=False)
    try:
        return Part(piece, _parsed(line.content, line.number))
    except Unreadable as broken:
        return Part(piece, None, broken)


def _elements(content: bytes, whole: Piece) -> Iterator[Part]:
    """Yield a part for each element of a list, with the bytes as they stand there."""
    text, decoder = content.decode(), json.JSONDecoder()
    place, passed, line = text.index("[") + 1, 0, 1
    start = 0
    while (place := _skip(text, place)) < len(text) and text[place] != "]":
        _, end = decoder.raw_decode(text, place)
        start, line = start + len(text[passed:place].encode()), line + text.count("\n", passed, place)
        length = len(text[place:end].encode())
        piece = Piece(whole.source, start, length, line, whole=False)
        yield Part(piece, _parsed(text[place:end].encode(), line))
        start, line, passed, place = start + length, line + text.count("\n", place, end), end, end


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in ", \t\r\n":
        place += 1
    return place


def _end(line: Line) -> int:
    return line.start + len((line.content or b"").rstrip(b"\r\n"))


def _parsed(content: bytes | None, line: int) -> JsonValue:
    if content is None:
        raise Unreadable([(line, too_long())])
    try:
        return parse_page(content.removeprefix(BOM))
    except Refused as refused:
        raise Unreadable([(line, fault) for fault in refused.faults]) from None
