"""Which form of an answer the client asked for: JSON page, NDJSON, CSV or a live stream."""

import csv
import io
from collections.abc import Sequence
from enum import Enum

from aiohttp import web

from ledger.web.problems import bad_parameter

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Format(Enum):
    """The forms, with their media types."""

    JSON = "application/json"
    NDJSON = "application/x-ndjson"
    CSV = "text/csv"
    SSE = "text/event-stream"
    DIFF = "text/x-diff"


def format_of(request: web.Request, *, diff: bool = False) -> Format:
    """Return the form asked for by `?format=`, else the first known media type in Accept, else JSON.

    `diff`: whether the resource has a form of differences for people.
    """
    known_here = [known for known in Format if diff or known is not Format.DIFF]
    named = request.query.get("format")
    if named is not None:
        for known in known_here:
            if named.upper() == known.name:
                return known
        raise bad_parameter("format", "expected json, ndjson, csv or sse")
    for accepted in request.headers.get("Accept", "").split(","):
        media_type = accepted.split(";")[0].strip().lower()
        for known in known_here:
            if media_type == known.value:
                return known
    return Format.JSON


def csv_row(cells: Sequence[object]) -> bytes:
    """Return one CSV line (RFC 4180): None is an empty cell, a list's items stand apart by spaces.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue().encode()


def _harmless(cell: object) -> object:
    text = " ".join(map(str, cell)) if isinstance(cell, tuple | list) else cell
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
