"""Context: the events of the whole ledger without which an incident can't be judged, wherever they happened."""

from collections.abc import Iterable

from events.vocabulary import VOCABULARY
from projections.event import Event
from projections.projection import Projection, Row, RowKey, index_key

_FAMILIES = (
    "access",
    "auditor",
    "checkpoint",
    "checks",
    "drill",
    "export",
    "ingest",
    "key",
    "legal_hold",
    "monitor",
    "policy",
    "public_page",
    "reconciliation",
    "snapshot",
    "source",
    "subject",
    "verdict",
    "verification",
)
CONTEXT_TYPES = frozenset({name for name in VOCABULARY if name.partition(".")[0] in _FAMILIES}) | {
    "comment.observed_unreported",
    "plan.published",
    "plan.revised",
    "reply.observed_unreported",
    "update.observed",
}
"""Policies, plans, snapshots, what nobody reported, what the ledger noticed, who read and took away, what the law had
erased."""


class ContextRow(Row):
    """One event. `of_incident`: the one incident that it concerns, None where it may concern any."""

    index: int
    of_incident: str | None = None


class Context(Projection[ContextRow]):
    """One row an event of `CONTEXT_TYPES`, under no incident, in the order of the log."""

    name = "context"
    version = 2
    types = CONTEXT_TYPES
    row = ContextRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the event's own place; a link adds nothing."""
        if event.linked_by is None:
            yield RowKey("", index_key(event.index))

    def fold(self, row: ContextRow | None, key: RowKey, event: Event) -> ContextRow:  # noqa: ARG002 - a place a key
        """Place the event."""
        return row or ContextRow(index=event.index, of_incident=event.text("of_incident"))


CONTEXT = Context()
