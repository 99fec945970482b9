"""An event on its way into the log: sealed, but without a place yet; and what becomes of it."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from events.claims import Claims, claims_of
from events.entry import MAX_ENTRY_BYTES, EntryDraft
from events.envelope import Posted
from events.faults import Fault, Refused
from events.seal import SALT_SIZE, seal_fields
from ledger.core.edge import Growth
from ledger.core.receipt import render_receipt
from ledger.store.ports import Erased

Random = Callable[[int], bytes]


class Draft(NamedTuple):
    """A sealed event. `content` is the digest that tells a repetition from another event under the same id.

    `claims` is what its truth hangs on; None for most. `erases` is what goes in the moment in which the event is
    appended: a tombstone's alone has any.
    """

    entry: EntryDraft
    id: str
    openings: bytes
    content: bytes
    claims: Claims | None = None
    erases: Sequence[Erased] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Return what makes the event the same when it is posted again."""
        return self.entry.source, self.id


@dataclass(frozen=True, slots=True)
class Unit:
    """Events of one request: all of them are appended, or none.

    `expected_seq` is what the poster believes the incident's last `seq` to be (0: the incident must not exist).
    """

    drafts: Sequence[Draft]
    expected_seq: int | None = None
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Weigh the unit, for the limits of the queue and of a batch."""
        object.__setattr__(self, "size", sum(len(draft.openings) + len(draft.entry.seals) for draft in self.drafts))


@dataclass(frozen=True, slots=True)
class Accepted:
    """The event is in the log, on disk, under a signed head. `seq` is its place in its incident, if it has one."""

    index: int
    entry: bytes
    seq: int | None
    growth: Growth
    checkpoint: bytes

    def receipt(self) -> bytes:
        """Return the receipt: a tlog-proof of the entry under the checkpoint that its batch was committed with."""
        return render_receipt(self.entry, self.index, self.growth.inclusion(self.index), self.checkpoint)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The event was in the log already, at `index`, with the same content."""

    index: int


Outcome = Accepted | Repeated


def draft_event(posted: Posted, random: Random = os.urandom) -> Draft:
    """Seal a posted event. Raises `Refused` where its entry would be larger than an entry may be."""
    sealed = seal_fields(posted.fields, random(SALT_SIZE * len(posted.fields)))
    entry = EntryDraft(posted.type, posted.source, posted.subject, posted.sequence, sealed.seals)
    if len(sealed.seals) > MAX_ENTRY_BYTES // 2 and entry.size_limit() > MAX_ENTRY_BYTES:
        raise Refused([Fault("/data", f"too many fields: the entry would exceed {MAX_ENTRY_BYTES} bytes")])
    place = f"{posted.type}\n{posted.subject or ''}\n{posted.sequence or ''}\n"
    content = sha256(place.encode() + sealed.content).digest()
    return Draft(entry, posted.id, sealed.openings, content, claims_of(posted.type, posted.subject, posted.fields))
