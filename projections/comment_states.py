"""What became of comments, as masks over a table: each figure about many comments is one of these, counted."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from projections.comment_table import Column, CommentTable, Mask

State = Literal[
    "received",
    "waiting",
    "answered",
    "answered_by_machines_only",
    "acknowledged",
    "settled",
    "escalated",
    "spam",
    "withdrawn",
    "edited",
    "deleted",
    "missing",
    "hidden",
    "removed",
]
"""What a comment may be; it may be several of them at once."""

EVIDENCE: Mapping[State, Column] = MappingProxyType(
    {
        "received": "received",
        "waiting": "received",
        "answered": "answered",
        "answered_by_machines_only": "answered_by_machine",
        "acknowledged": "acknowledged",
        "settled": "outcome_event",
        "escalated": "outcome_event",
        "spam": "label_event",
        "withdrawn": "received",
        "edited": "edited",
        "deleted": "deleted",
        "missing": "missing",
        "hidden": "hidden",
        "removed": "removed",
    }
)
"""The column of the events that say so."""


def real(table: CommentTable) -> Mask:
    """Return which comments are no part of a drill."""
    mask: Mask = table.column("exercise") == 0
    return mask


def spam(table: CommentTable) -> Mask:
    """Return which comments were last classified as spam."""
    mask: Mask = table.column("label") == table.word("spam")
    return mask


def withdrawn(table: CommentTable) -> Mask:
    """Return which comments their authors deleted, or withdrew by the last outcome that was set."""
    mask: Mask = table.has("deleted") | (table.column("outcome") == table.word("withdrawn_by_author"))
    return mask


def settled(table: CommentTable) -> Mask:
    """Return which comments have a final outcome: any but `escalated`, after which someone still waits."""
    mask: Mask = table.has("outcome") & (table.column("outcome") != table.word("escalated"))
    return mask


def waiting(table: CommentTable) -> Mask:
    """Return for which comments someone waits for us.

    Those that people didn't answer, with no final outcome, that are neither spam nor withdrawn nor removed now. Hidden
    and missing ones wait on: their authors may not even know.
    """
    over = table.has("answered") | settled(table) | spam(table) | withdrawn(table) | table.has("removed")
    mask: Mask = ~over
    return mask


def escalated(table: CommentTable) -> Mask:
    """Return which comments were last handed on to someone higher up."""
    mask: Mask = table.column("outcome") == table.word("escalated")
    return mask


def answered_by_machines_only(table: CommentTable) -> Mask:
    """Return which comments a machine answered and no people did."""
    mask: Mask = table.has("answered_by_machine") & ~table.has("answered")
    return mask


_JUDGED: Mapping[State, Callable[[CommentTable], Mask]] = MappingProxyType(
    {
        "waiting": waiting,
        "answered_by_machines_only": answered_by_machines_only,
        "settled": settled,
        "escalated": escalated,
        "spam": spam,
        "withdrawn": withdrawn,
    }
)


def of_state(table: CommentTable, state: State) -> Mask:
    """Return which comments are in a state, drills left out."""
    judge = _JUDGED.get(state)
    return real(table) & (table.has(EVIDENCE[state]) if judge is None else judge(table))
