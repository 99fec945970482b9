"""Destruction: tombstones, and what they say is gone going in the same transaction.

A scope is split over tombstones of at most 200 events, so that the log is held for moments only. Each stands for
itself: where a crash comes between two, the rest is still there, and doing it again does the rest.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from events.canonical import canonical
from events.strict import JsonObject
from ledger.core.pseudonyms import Pseudonyms
from ledger.erasure.remains import remains
from ledger.erasure.search import Concern, Content
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import NotStorable
from ledger.sequencer.own_event import own_event
from ledger.sequencer.sequencer import Sequencer
from ledger.store.ports import Erased
from ledger.store.reads import Reads
from projections.event import forget_actors

AT_ONCE = 200
_TRIES = 3
_PLACED = b'"type":"legal_hold.placed","v":1}'


Forget = Callable[[Sequence[Content]], Awaitable[None]]
"""Takes away what snapshots know of contents that are erased, for good. It has no seal in the log, and needs no
tombstone of its own."""


class HoldPlaced(Exception):
    """A legal hold was placed while events were erased; what it may cover was left alone."""

    def __init__(self, index: int, tombstones: Sequence[int]) -> None:
        """Keep the hold, and the tombstones that were appended before it was."""
        super().__init__(f"a legal hold was placed at index {index}")
        self.index, self.tombstones = index, tuple(tombstones)


@dataclass(frozen=True, slots=True)
class Order:
    """What a decision orders to be destroyed: the `decision` by its index, and the log's `size` it was looked at.

    `contents` are those of which nothing stays, wherever the ledger knows of them.
    """

    decision: int
    subject_hash: str
    law: str
    concerns: Sequence[Concern]
    size: int
    contents: Sequence[Content] = ()


@dataclass(frozen=True, slots=True)
class Destruction:
    """Destroys what was decided upon, in one ledger."""

    ledger: str
    reads: Reads
    sequencer: Sequencer
    pseudonyms: Callable[[], Awaitable[Pseudonyms]]
    clock: Callable[[], datetime]
    forget_shown: Forget

    async def carry_out(self, order: Order) -> list[int]:
        """Erase what of the order is still there; return the indexes of the tombstones.

        On return it is gone from the database. Raises `HoldPlaced`, `LedgerError`, `StoreUnavailable`: then some of it
        may be gone, each part with its tombstone.
        """
        tombstones: list[int] = []
        for first in range(0, len(order.concerns), AT_ONCE):
            part = order.concerns[first : first + AT_ONCE]
            if (tombstone := await self._bury(order, part, tombstones)) is not None:
                tombstones.append(tombstone)
        await self.forget_shown(order.contents)
        forget_actors()
        return tombstones

    async def _bury(self, order: Order, part: Sequence[Concern], before: Sequence[int]) -> int | None:
        """Append the tombstone of a part; None where nothing of it is left."""
        for tries_left in reversed(range(_TRIES)):
            known = await self._respect_holds(order.size, before)
            wanted = {concern.index: concern.fields for concern in part}
            left = await remains(self.reads, wanted, await self.pseudonyms())
            if not left:
                return None
            try:
                seen = [replace(erased, holds_known=known) for erased in left]
                return (await self.sequencer.enqueue(Unit([self._tombstone(order, part, seen)])))[0].index
            except NotStorable:
                # Another erasure took some of the same fields since they were read, or a hold was placed.
                if not tries_left:
                    raise
        raise AssertionError

    async def _respect_holds(self, size: int, tombstones: Sequence[int]) -> int:
        """Return how far the log is known to hold none. Raises `HoldPlaced`."""
        now = (await self.reads.checkpoint()).size
        if placed := await self.reads.fetch("typed_events", size, now, _PLACED, 1):
            raise HoldPlaced(placed[0]["index"], tombstones)
        return now

    def _tombstone(self, order: Order, part: Sequence[Concern], left: Sequence[Erased]) -> Draft:
        types = {concern.index: concern.type for concern in part}
        counts: dict[str, int] = {}
        for erased in left:
            counts[types[erased.index]] = counts.get(types[erased.index], 0) + 1
        scope: JsonObject = {"scope": [{"index": erased.index, "fields": list(erased.fields)} for erased in left]}
        # What it says makes its id, so that the same tombstone is appended once.
        identity = f"key.destroyed:{order.decision}:{sha256(canonical(scope)).hexdigest()}"
        data: JsonObject = {
            "subject_hash": order.subject_hash,
            "law": order.law,
            "decision": order.decision,
            "event_counts": {**counts},
            **scope,
        }
        return own_event(self.ledger, "key.destroyed", identity, self.clock(), data)._replace(erases=tuple(left))
