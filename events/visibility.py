"""Who may see a field: one annotation drives sealing, disclosure and erasure."""

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
