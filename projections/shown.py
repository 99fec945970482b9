"""What a view answers: every part says who may see it, by the same annotation as the fields of events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from events.entry import render_instant
from events.strict import JsonObject
from events.visibility import Public, Visibility, annotated

LISTED = 1_000
"""The most indexes that stand beside a number; `count` says how many there are, and `?figure=` lists the rest."""


class Shown(BaseModel):
    """A view's answer or a part of one. A field without `Public`, `Internal` or `Personal` is refused at import.

    `room`: how many indexes stand beside its numbers; a part that occurs many times has less.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    visibility: ClassVar[Mapping[str, Visibility]] = {}
    room: ClassVar[int] = LISTED

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Read who may see which field."""
        super().__pydantic_init_subclass__(**kwargs)
        cls.visibility = {name: annotated(cls, name, field.metadata) for name, field in cls.model_fields.items()}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe what may be withheld as optional, and the member that names it."""
        schema = handler.resolve_ref_schema(handler(core))
        withheld = [name for name, level in cls.visibility.items() if level > Visibility.PUBLIC]
        if withheld:
            schema["required"] = [name for name in schema.get("required", []) if name not in withheld]
            schema["properties"]["withheld"] = {"type": "array", "items": {"enum": withheld}}
        return schema


Indexes = Annotated[
    Sequence[int] | npt.NDArray[np.int64],
    WithJsonSchema({"type": "array", "items": {"type": "integer", "minimum": 0}}),
]


class Figure(Shown):
    """A number, and the indexes of the events behind it: `count` of them, the first of them here."""

    value: Public[float | int | None]
    count: Public[int]
    indexes: Public[Indexes]


def figure(value: float | None, indexes: Indexes) -> Figure:
    """Return the figure of a `value` that was computed from the events at `indexes`."""
    return Figure.model_construct(value=value, count=len(indexes), indexes=indexes)


def counted(indexes: Indexes) -> Figure:
    """Return the figure that says how many events there are at `indexes`."""
    return figure(len(indexes), indexes)


def disclosed(answer: Shown, level: Visibility, listed: int = LISTED) -> JsonObject:
    """Return what `level` may see of an answer, as JSON; the names of the rest stand in `withheld`.

    At most `listed` indexes stand beside a number.
    """
    room = min(listed, answer.room)
    names = [name for name, needed in answer.visibility.items() if needed <= level]
    seen = {name: rendered(getattr(answer, name), level, room) for name in names}
    if len(seen) < len(answer.visibility):
        seen["withheld"] = [name for name in answer.visibility if name not in seen]
    return seen


def rendered(value: object, level: Visibility, listed: int = LISTED) -> object:
    """Return a part of an answer as `level` may see it, as JSON."""
    match value:
        case Figure():
            return {"value": value.value, "count": value.count, "indexes": _whole(value.indexes[:listed])}
        case Shown():
            return disclosed(value, level, listed)
        case tuple() | list():
            return [rendered(item, level, listed) for item in value]
        case dict():
            return {name: rendered(item, level, listed) for name, item in value.items()}
        case datetime():
            return render_instant(value)
    return value


def _whole(indexes: Sequence[int] | npt.NDArray[np.int64]) -> list[int]:
    listed: list[int] = indexes.tolist() if isinstance(indexes, np.ndarray) else list(indexes)
    return listed
