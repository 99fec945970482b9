"""The rows of a file to import, whatever its form: NDJSON, a JSON document, or CSV. One row at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from events.envelope import MAX_EVENT_BYTES
from events.faults import Fault, Refused
from events.strict import JsonObject, parse_object

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """One event to be: the file's line where it begins (from 1), and its document, or what is wrong with it."""

    line: int
    document: JsonObject
    faults: tuple[Fault, ...] = ()


ReadRows = Callable[[BinaryIO], Iterator[Row]]


def reader_of(name: str, file: BinaryIO) -> ReadRows:
    """Return what reads the file: by its name's ending, else by its first bytes. `file` must be seekable."""
    from ledger.client.csv_rows import read_csv  # noqa: PLC0415 - they need `Row` from here
    from ledger.client.json_rows import read_json  # noqa: PLC0415

    ending = Path(name).suffix.lower()
    known: dict[str, ReadRows] = {".ndjson": read_ndjson, ".jsonl": read_ndjson, ".csv": read_csv, ".tsv": read_csv}
    if ending in known:
        return known[ending]
    start = file.read(MAX_EVENT_BYTES).removeprefix(BOM).lstrip()
    file.seek(0)
    if start[:1] not in {b"{", b"["}:
        return read_csv
    return read_ndjson if _is_event(start.split(b"\n", 1)[0]) else read_json


def read_ndjson(file: BinaryIO) -> Iterator[Row]:
    """Yield a row for each line that isn't blank. Lines end at line feeds only: a lone carriage return is content."""
    number, start = 0, True
    while content := file.readline(MAX_EVENT_BYTES + 2):
        number += 1
        if start:
            content, start = content.removeprefix(BOM), False
        whole = content.endswith(b"\n")
        if len(content) > MAX_EVENT_BYTES + 1 and not whole:
            while not whole and (rest := file.readline(1 << 16)):
                whole = rest.endswith(b"\n")
            yield Row(number, {}, (Fault("", f"an event has at most {MAX_EVENT_BYTES} bytes"),))
        elif content.strip():
            yield parse_row(number, content)


def parse_row(number: int, content: bytes) -> Row:
    """Return the row of one JSON object, parsed strictly."""
    try:
        return Row(number, parse_object(content))
    except Refused as refused:
        return Row(number, {}, refused.faults)


def _is_event(line: bytes) -> bool:
    """Tell a line of NDJSON from the beginning of a document that holds all events."""
    try:
        document = parse_object(line)
    except Refused:
        return False
    return not any(isinstance(document.get(name), list) for name in ("items", "events"))
