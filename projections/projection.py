"""What every projection is: a name, a version and pure functions from events to rows."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from projections.event import Event

_set = object.__setattr__
"""Rows are frozen for everyone else."""


class Row(BaseModel):
    """A row of a read model."""

    model_config = ConfigDict(frozen=True)

    def stored(self) -> str:
        """Return the JSON that is stored of the row."""
        return self.model_dump_json()

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """Return the row with these fields: `model_copy` in a third of its time, for folds of every event."""
        copy = self.__class__.__new__(self.__class__)
        _set(copy, "__dict__", {**self.__dict__, **changes})
        _set(copy, "__pydantic_fields_set__", self.__pydantic_fields_set__)
        _set(copy, "__pydantic_extra__", None)
        _set(copy, "__pydantic_private__", None)
        return copy


class RowKey(NamedTuple):
    """Where a row lives: in an incident, or in none (""), under a key that orders the incident's rows."""

    incident: str
    key: str


R = TypeVar("R", bound=Row)


class Projection(ABC, Generic[R]):
    """A read model. Changing what `keys` or `fold` return needs a higher `version`; the runner then builds it anew.

    `types`: the event types that it consumes, None for all. What `event.linked` brings into an incident is folded
    there too, see `projections/linking.py`.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    types: ClassVar[frozenset[str] | None] = None
    row: type[R]

    @abstractmethod
    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the rows that `event` touches."""

    @abstractmethod
    def fold(self, row: R | None, key: RowKey, event: Event) -> R:
        """Return the row under `key` after `event`. `row` is None where the event is the first to touch it."""

    def rank(self, row: R) -> str | None:  # noqa: ARG002 - most rows wait for nothing
        """Return the row's place in its incident's queue of rows that wait for something, None where it doesn't."""
        return None


AnyProjection = Projection[Any]
"""A projection, whatever its rows are."""


class ObjectRow(Row):
    """What became of one object: `indexes` are all events that say so, in the order of the log."""

    indexes: tuple[int, ...] = ()

    def stored(self) -> str:
        """Return the JSON of what is known: most objects lack most of what may become of them."""
        return self.model_dump_json(exclude_defaults=True)


T = TypeVar("T", bound=ObjectRow)


class ObjectProjection(Projection[T]):
    """A read model of objects, one row each. An event changes an object once, however often it is linked."""

    @abstractmethod
    def change(self, row: T, event: Event) -> T:
        """Return the object after `event`, whose index the row has already."""

    def fold(self, row: T | None, key: RowKey, event: Event) -> T:
        """Note the event's index and change the object, unless the event has done so before."""
        before = row or self.blank(key)
        if event.index in before.indexes:
            return before
        return self.change(before.changed({"indexes": (*before.indexes, event.index)}), event)

    def blank(self, key: RowKey) -> T:  # noqa: ARG002 - most rows don't repeat their key
        """Return the object as it is before the first event."""
        return self.row()


def of_ledger(event: Event, name: str | None) -> Iterable[RowKey]:
    """Yield the row of an object of the whole ledger, as its own incident tells it, not a link or an exercise."""
    if name and event.linked_by is None and not event.exercise:
        yield RowKey("", name)


def of_incident(event: Event, name: str | None) -> Iterable[RowKey]:
    """Yield the row of an object of the event's incident, apart from the one of that name that a drill plays with."""
    if event.incident is not None and name is not None:
        yield RowKey(event.incident, object_key(event, name))


DRILLED = "\x1f"
"""Begins the key of an object that a drill plays with. No name holds it."""


def object_key(event: Event, name: str) -> str:
    """Return the key of the object of that name; one that a drill plays with is another than the real one."""
    return f"{DRILLED}{name}" if event.exercise else name


def index_key(index: int) -> str:
    """Return `index` as a key whose order is that of the log."""
    return f"{index:016d}"
