"""Our own format, `snapshot/1`: a header line and a line an item, or both in one document."""

from collections.abc import Callable, Iterator

from events.faults import Fault, Refused
from events.strict import JsonObject, JsonValue, parse_object
from ledger.client.snapshots.pieces import Line, too_long
from ledger.client.snapshots.snapshot import Asked, Placed, Snapshot, Unreadable, assemble
from projections.reconciliation.snapshot import FORMAT


def is_header(document: JsonValue) -> bool:
    """Tell the header line of a snapshot."""
    return isinstance(document, dict) and document.get("snapshot") == FORMAT


def is_document(document: JsonValue) -> bool:
    """Tell a document that holds header and items."""
    return isinstance(document, dict) and is_header(document.get("snapshot"))


def document_snapshot(document: JsonObject, said: JsonObject, asked: Asked, line: int) -> Snapshot:
    """Return the snapshot in a document. Raises `Unreadable`. `said`: what holds where its header is silent."""
    rest = document.keys() - {"snapshot", "items"}
    items = document.get("items", [])
    if rest or not isinstance(items, list):
        raise Unreadable([(line, Fault("", "expected an object with the members snapshot and items, a list"))])
    placed = [_placed(line, item, f"/items/{place}") for place, item in enumerate(items)]
    return assemble(lambda: iter(placed), {**said, **_told(document["snapshot"])}, asked, line=line)


def stream_snapshot(
    header: JsonObject, lines: Callable[[], Iterator[Line]], said: JsonObject, asked: Asked, line: int
) -> Snapshot:
    """Return the snapshot whose items are `lines`, each read when it is needed. Raises `Unreadable`."""

    def items() -> Iterator[Placed]:
        for each in lines():
            if each.content is None:
                yield Placed(each.number, {}, (too_long(),))
                continue
            try:
                yield _placed(each.number, parse_object(each.content), "")
            except Refused as refused:
                yield Placed(each.number, {}, refused.faults)

    return assemble(items, {**said, **_told(header)}, asked, line=line)


def _told(header: JsonObject) -> JsonObject:
    return {name: value for name, value in header.items() if value is not None}


def _placed(line: int, item: JsonValue, place: str) -> Placed:
    if not isinstance(item, dict):
        return Placed(line, {}, (Fault(place, "expected a JSON object"),))
    return Placed(line, _told(item))
