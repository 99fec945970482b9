"""The kinds of differences between what was shown and what is recorded, and which of them are findings."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from projections.standing import What

FindingKind = Literal[
    "missing",
    "unreported",
    "text_differs",
    "moderated_out_of_band",
    "update_unrecorded",
    "update_changed",
    "update_missing",
    "update_redated",
    "incident_retitled",
]
DifferenceKind = Literal[
    "equal", "uncompared", "edit_declared", "deleted_by_author", "hidden_declared", "removed_declared", "pending"
]
KINDS: tuple[str, ...] = (*DifferenceKind.__args__, *FindingKind.__args__)  # type: ignore[attr-defined]
"""Every kind of difference.

equal: in both, alike; uncompared: in both, with no words on one side; edit_declared: shown as a declared edit left it;
deleted_by_author, hidden_declared, removed_declared: out of sight, as declared; pending: not certain yet. The others
are findings.
"""

SETTLED_BY: Mapping[str, frozenset[What]] = MappingProxyType(
    {
        "missing": frozenset({"deleted", "hidden", "removed", "withdrawn"}),
        "unreported": frozenset(),
        "text_differs": frozenset({"text"}),
        "moderated_out_of_band": frozenset({"hidden", "removed"}),
        "update_unrecorded": frozenset(),
        "update_changed": frozenset({"text"}),
        "update_missing": frozenset({"withdrawn"}),
        "update_redated": frozenset({"text"}),
        "incident_retitled": frozenset({"titled"}),
    }
)
"""What declares afterwards what was found. What nobody had recorded is settled by its record."""

BY_RECORD = frozenset({"unreported", "update_unrecorded"})
"""The findings that an object's own record settles."""
