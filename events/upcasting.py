"""Upcasting: events of an older payload are read as the newer one. What was accepted never changes in the log.

A payload that changes incompatibly gets a new wire type with a version: `comment.received.v2`. The older class stays in
the vocabulary, so that its events keep their visibility and their posters may take their time; an upcaster here turns
the fields of the older type into those of the next. Nothing of this is on the write path, and a type that never changed
costs its reader one look into a table.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Fields = Mapping[str, Any]
"""An event's values by field name, as far as they are open: withheld and erased ones are absent."""


class Upcaster(NamedTuple):
    """The step from one payload to the `newer` type. `turn` is pure and leaves alone what is absent."""

    newer: str
    turn: Callable[[Fields], Fields]


UPCASTERS: Mapping[str, Upcaster] = MappingProxyType({})
"""The step from each older wire type to the next one. No payload has changed incompatibly so far."""


def upcast(type_name: str, fields: Fields, upcasters: Mapping[str, Upcaster] = UPCASTERS) -> tuple[str, Fields]:
    """Return the type and fields as the newest payload has them, step by step from whatever was accepted."""
    while (step := upcasters.get(type_name)) is not None:
        type_name, fields = step.newer, step.turn(fields)
    return type_name, fields


def upcast_openings(
    type_name: str, openings: Mapping[str, Mapping[str, Any]], upcasters: Mapping[str, Upcaster] = UPCASTERS
) -> tuple[str, Mapping[str, Mapping[str, Any]]]:
    """Upcast openings. An older type loses its salts, which open the entry as it was accepted."""
    if type_name not in upcasters:
        return type_name, openings
    newest, fields = upcast(type_name, {name: opening["value"] for name, opening in openings.items()}, upcasters)
    return newest, {name: {"value": value} for name, value in fields.items()}
