"""Accesses: one row for each time that somebody read personal fields, took events away, or was allowed to."""

from collections.abc import Iterable

from projections.event import Event
from projections.projection import Projection, Row, RowKey, index_key

ACCESS_TYPES = (
    "access.viewed",
    "export.created",
    "export.downloaded",
    "auditor.access_granted",
    "auditor.access_revoked",
)


class AccessRow(Row):
    """One access. `rows` is null for a stream; `incidents` are those that it concerns, none where it is the ledger.

    What was asked is personal, and read from the event itself when somebody may see it.
    """

    index: int
    type: str
    at: str
    by: str | None = None
    role: str | None = None
    rows: int | None = None
    auditor: str | None = None
    incidents: tuple[str, ...] = ()
    manifest_sha256: str | None = None


class Accesses(Projection[AccessRow]):
    """One row an access, in no incident: the register is the ledger's."""

    name = "accesses"
    version = 1
    types = frozenset(ACCESS_TYPES)
    row = AccessRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the event's own row."""
        if event.linked_by is None:
            yield RowKey("", index_key(event.index))

    def fold(self, row: AccessRow | None, key: RowKey, event: Event) -> AccessRow:  # noqa: ARG002 - a row an event
        """Return what the event says."""
        rows, listed = event.value("rows"), event.value("incidents")
        named = [event.incident, event.text("of_incident"), *(listed if isinstance(listed, list) else ())]
        return AccessRow(
            index=event.index,
            type=event.type,
            at=event.accepted_at,
            by=event.text("by"),
            role=event.text("role"),
            rows=rows if isinstance(rows, int) else None,
            auditor=event.text("auditor"),
            incidents=tuple(dict.fromkeys(name for name in named if isinstance(name, str))),
            manifest_sha256=event.text("manifest_sha256"),
        )


ACCESSES = Accesses()
