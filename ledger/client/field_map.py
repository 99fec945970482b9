"""From a row to the event that is posted: columns moved to fields, what is missing filled in, nothing guessed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from events.strict import JsonObject, JsonValue
from ledger.client.failures import ClientError

ATTRIBUTES = frozenset({"specversion", "id", "source", "type", "time", "subject", "sequence", "actor"})
ALIASES: Mapping[str, str] = MappingProxyType({"company": "account", "conversation_id": "external_root_id"})
"""Fields of `data` in conversation files that are widespread, and what the vocabulary calls them."""

_DATA = "data."
_OWN_TYPES = "custom."


@dataclass(slots=True)
class FieldMap:
    """How rows become events. `renamed` and `left_out` fill with what was done, to be told to the user.

    `moves`: (field of the event, column of the row), the field as `time` or `data.text`; `defaults`: attributes for
    rows that lack them; `flat`: rows are columns, not events, so that a column which is no field is left out.
    """

    moves: Sequence[tuple[str, str]] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    flat: bool = False
    renamed: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)

    def event(self, row: JsonObject) -> JsonObject:
        """Return the event document of a row. A row that has an object `data` is an event already, but for names."""
        used = {column for _, column in self.moves}
        moved = {target: row[column] for target, column in self.moves if column in row}
        rest = {column: value for column, value in row.items() if column not in used}
        event = rest if isinstance(rest.get("data"), dict) or not self.flat else self._spread(rest)
        if isinstance(event.get("data"), dict):
            event["data"] = dict(event["data"])
        for target, value in moved.items():
            _put(event, target, value)
        for name, text in self.defaults.items():
            event.setdefault(name, text)
        self._rename(event)
        return event

    def _spread(self, columns: JsonObject) -> JsonObject:
        event: JsonObject = {}
        for column, value in columns.items():
            if column in ATTRIBUTES or column.startswith(_DATA):
                _put(event, column, value)
            else:
                self.left_out.add(column)
        return event

    def _rename(self, event: JsonObject) -> None:
        data = event.get("data")
        if not isinstance(data, dict) or str(event.get("type")).startswith(_OWN_TYPES):
            return
        for old, new in ALIASES.items():
            if old in data and new not in data:
                data[new] = data.pop(old)
                self.renamed.add(f"data.{old} → data.{new}")


def parse_moves(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Read `field=column` texts. Raises `ClientError`."""
    moves = []
    for text in texts:
        target, equals, column = text.partition("=")
        if not equals or not column or not (target in ATTRIBUTES or target.removeprefix(_DATA) not in {target, ""}):
            raise ClientError(f"--map takes field=column, as time=created_at or data.text=body, not {text}")
        moves.append((target, column))
    return moves


def _put(event: JsonObject, target: str, value: JsonValue) -> None:
    *path, last = target.split(".")
    place = event
    for step in path:
        inner = place.setdefault(step, {})
        if not isinstance(inner, dict):
            return  # the row has something else there, which the service refuses by its place
        place = inner
    place[last] = value
