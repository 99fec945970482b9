"""A snapshot as CSV: a header, a line an item, columns named as the members of an item. An empty cell is absent."""

import csv
from collections.abc import Callable, Iterator
from typing import BinaryIO

from events.faults import Fault
from events.strict import JsonObject
from ledger.client.csv_rows import read_csv
from ledger.client.rows import BOM, Row
from ledger.client.snapshots.snapshot import Asked, Placed, Snapshot, Unreadable, assemble
from projections.reconciliation.snapshot import ContentItem, IncidentItem, UpdateItem

_DELIMITERS = ",;\t|"
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_OF_ACCOUNT = tuple(ContentItem.model_fields)
_OF_PAGE = tuple(UpdateItem.model_fields)
_NEEDED = {
    "account": frozenset({"kind", "external_id"}),
    "page": frozenset({"kind", "external_id", "incident", "title", "text", "shown_at"}),
}


def looks_like_table(start: bytes) -> bool:
    """Tell whether a file's beginning may be the header line of a table."""
    line = start.removeprefix(BOM).split(b"\n", 1)[0]
    return any(delimiter in line for delimiter in _DELIMITERS.encode()) and line[:1] not in {b"<", b"{", b"["}


def table_snapshot(open_file: Callable[[], BinaryIO], said: JsonObject, asked: Asked) -> Snapshot:
    """Return the snapshot in a table. `open_file` returns it at its beginning. Raises `Unreadable`."""
    columns = _columns(open_file())
    kind = asked.kind or ("page" if "incident" in columns else "account")
    _refuse_columns(columns, kind)

    def items() -> Iterator[Placed]:
        for row in read_csv(open_file()):
            yield Placed(row.line, {}, row.faults) if row.faults else _placed(row)

    return assemble(items, {"kind": kind, **said}, asked, line=1)


def _columns(file: BinaryIO) -> list[str]:
    header = file.readline().removeprefix(BOM).decode("utf-8", "replace")
    delimiter = max(_DELIMITERS, key=header.count)
    return [cell.strip() for cell in next(csv.reader([header.rstrip("\r\n")], delimiter=delimiter), [])]


def _refuse_columns(columns: list[str], kind: str) -> None:
    known = _OF_PAGE if kind == "page" else _OF_ACCOUNT
    unknown = [column for column in columns if column not in known]
    missing = sorted(_NEEDED[kind] - set(columns))
    wrong = [
        *([f"no snapshot has a column {', '.join(unknown)}"] if unknown else []),
        *([f"there is no column {', '.join(missing)}"] if missing else []),
        *(["a column stands twice"] if len(columns) != len(set(columns)) else []),
    ]
    if wrong:
        raise Unreadable([(1, Fault("", f"{'; '.join(wrong)}. A table of kind {kind} has {', '.join(known)}"))])


def _placed(row: Row) -> Placed:
    """Return the item of a row; cells of what its kind doesn't have are left out where another kind has it."""
    kind = row.document.get("kind")
    item = {name: cell for name, cell in row.document.items() if cell != "" or (name == "text" and kind == "update")}
    if kind == "incident":
        item = {name: cell for name, cell in item.items() if name in IncidentItem.model_fields}
    elif kind != "update":
        item["visible"] = _TRUTH.get(str(item.get("visible", "true")).lower(), item.get("visible"))
    return Placed(row.line, item)
