"""One object's difference between what was shown and what is recorded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from projections.reconciliation.findings import SETTLED_BY
from projections.reconciliation.shown_item import ShownItem


class Difference(NamedTuple):
    """What holds of an item: `kind` of `findings.KINDS`; a finding that is not `certain` yet is pending.

    `before` and `after`: digests of the words as they should read, and as they are shown. `events`: what the ledger
    says of it. `detail` tells one change of an item from the next. `previous`: the
    item as it was shown before that change.
    """

    kind: str
    item_kind: str
    external_id: str
    certain: bool = True
    before: str | None = None
    after: str | None = None
    events: tuple[int, ...] = ()
    incident: str | None = None
    detail: str = ""
    seen_at: datetime | None = None
    item: ShownItem | None = None
    previous: ShownItem | None = None
    last_seen_at: datetime | None = None

    @property
    def told(self) -> str:
        """Return the kind under which it is counted and shown."""
        return self.kind if self.certain else "pending"

    @property
    def finding(self) -> bool:
        """Tell whether it is put on record."""
        return self.certain and self.kind in SETTLED_BY


Digests = Mapping[int, Sequence[str]]
"""The digests of an event's words, by its index: normalised, as they were given, of translations; none where they are
gone.
"""
