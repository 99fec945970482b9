"""What every projection is: a name, a version and pure functions from events to rows."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from projections.event import Event


class Row(BaseModel):
    """A row of a read model."""

    model_config = ConfigDict(frozen=True)


class RowKey(NamedTuple):
    """Where a row lives: in an incident, or in none (""), under a key that orders the incident's rows."""

    incident: str
    key: str


R = TypeVar("R", bound=Row)


class Projection(ABC, Generic[R]):
    """A read model. Changing what `keys` or `fold` return needs a higher `version`; the runner then builds it anew."""

    name: ClassVar[str]
    version: ClassVar[int]
    row: type[R]

    @abstractmethod
    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the rows that `event` touches."""

    @abstractmethod
    def fold(self, row: R | None, key: RowKey, event: Event) -> R:
        """Return the row under `key` after `event`. `row` is None where the event is the first to touch it."""


AnyProjection = Projection[Any]
"""A projection, whatever its rows are."""


def index_key(index: int) -> str:
    """Return `index` as a key whose order is that of the log."""
    return f"{index:016d}"
