"""Who may see a field: one annotation drives sealing, disclosure and erasure."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, TypeVar

T = TypeVar("T")


class Visibility(IntEnum):
    """The least disclosure level that shows a field; a reader sees all fields at or below their own level."""

    PUBLIC = 1
    """The transparency page."""
    INTERNAL = 2
    """Dashboards of the organisation."""
    PERSONAL = 3
    """Auditors; may be erased by law."""


Public = Annotated[T, Visibility.PUBLIC]
Internal = Annotated[T, Visibility.INTERNAL]
Personal = Annotated[T, Visibility.PERSONAL]


def annotated(owner: type, name: str, metadata: Iterable[object]) -> Visibility:
    """Return who may see the field `name` of `owner`, by its annotation. Raises `TypeError` where it doesn't say."""
    for annotation in metadata:
        if isinstance(annotation, Visibility):
            return annotation
    raise TypeError(f"{owner.__name__}.{name} does not say who may see it")
