"""What the cells of a table mean: text, but where the vocabulary wants a number, a truth value or nothing at all."""

from functools import lru_cache
from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from events.faults import Refused
from events.strict import JsonObject, JsonValue, parse
from events.vocabulary import Payload, payload_of


def read_cells(event: JsonObject) -> JsonObject:
    """Return an event made of a table's cells with each field of `data` as its type takes it; empty attributes go."""
    event = {name: value for name, value in event.items() if value != ""}
    data, type_ = event.get("data"), event.get("type")
    if isinstance(data, dict) and isinstance(type_, str):
        try:
            payload = payload_of(type_)
        except Refused:
            return event  # the service says so, naming the nearest types
        event["data"] = {name: _value(payload, name, value) for name, value in data.items()}
    return event


def _value(payload: type[Payload], name: str, cell: JsonValue) -> JsonValue:
    """Return the first meaning of a cell that its field accepts, the cell itself where there is none."""
    adapter = _adapter(payload, name)
    if adapter is None or not isinstance(cell, str):
        return cell
    for meaning in (cell, _other(cell)):
        try:
            adapter.validate_python(meaning)
        except ValidationError:
            continue
        return meaning
    return cell


def _other(cell: str) -> JsonValue:
    try:
        return parse(cell.encode()) if cell else None
    except Refused:
        return cell


@lru_cache(maxsize=1024)
def _adapter(payload: type[Payload], name: str) -> "TypeAdapter[object] | None":
    for own, field in payload.model_fields.items():
        if name == (field.alias or own):
            annotated: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
            return TypeAdapter(annotated, config=ConfigDict(strict=True))
    return None
