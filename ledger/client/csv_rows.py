"""Rows of a CSV file with a header: a cell's column is its key, its value a text, and nothing where it is empty."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from events.envelope import MAX_EVENT_BYTES
from events.faults import Fault, pointer
from ledger.client.rows import Row

_DELIMITERS = ",;\t|"
# Python's reader takes a carriage return for the end of a row, even one without line feed, which is content here. No
# content may hold U+0000, so it can stand for it inside.
_LONE_RETURN = "\x00"


def read_csv(file: BinaryIO) -> Iterator[Row]:
    """Yield a row for each record behind the header. A line number is that of the record's first line."""
    csv.field_size_limit(MAX_EVENT_BYTES)
    header = _decode(file.readline()).removeprefix("\ufeff")
    delimiter = max(_DELIMITERS, key=header.count)
    records = csv.reader(_lines(header, file), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    while True:
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, (Fault("", f"not CSV: {error}"),))
        else:
            if not columns:
                columns = [cell.strip() for cell in cells]
            elif cells:
                yield _row(line, columns, [cell.replace(_LONE_RETURN, "\r") for cell in cells])
        line = records.line_num + 1


def _lines(header: str, file: BinaryIO) -> Iterator[str]:
    yield header
    for content in file:
        yield _decode(content)


def _decode(content: bytes) -> str:
    # U+0000 in the file becomes a lone surrogate like any other byte that can't be: the cell is refused for it.
    text = content.decode("utf-8", "surrogateescape").replace("\x00", "\udc80")
    body = text.removesuffix("\n").removesuffix("\r") if text.endswith("\r\n") else text
    return body.replace("\r", _LONE_RETURN) + text[len(body) :]


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        return Row(line, {}, (Fault("", f"{len(cells)} cells under {len(columns)} columns"),))
    bad = [
        Fault(pointer(column), "not UTF-8, or U+0000")
        for column, cell in zip(columns, cells, strict=True)
        if any("\ud800" <= char <= "\udfff" for char in cell)
    ]
    return Row(line, dict(zip(columns, cells, strict=True)), tuple(bad))
