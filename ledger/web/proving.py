"""The proof of what is judged: every entry in the signed tree, every chain whole, every opening as it was sealed."""

import asyncio

import orjson
from aiohttp import web

from events.faults import Refused
from ledger.core import b64
from ledger.core.audit import Audit, Finding, Scope
from ledger.core.checkpoint import open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey
from ledger.core.merkle import leaf_hash
from ledger.core.openings import parse_shown
from ledger.store.proven_tree import ProvenTree
from ledger.store.reads import Reads, StoredEvent
from projections.checks.ground import Fault, Ground, Integrity

JUDGING = web.AppKey("JUDGING", asyncio.Semaphore)
"""Held by whoever judges or makes a bundle: it takes seconds and a connection of its own, and others need some too."""
JUDGED_AT_ONCE = 2
_FAULTS_KEPT = 1_000


class Proving:
    """Takes the stored events of a case, in the order in which they are told, and says what their proof lacks."""

    def __init__(self, reads: Reads, ground: Ground, vkey: VerifierKey) -> None:
        """Prove under the first checkpoint that covers what is judged."""
        self._reads, self._ground, self._vkey = reads, ground, vkey
        self._scope = Scope(ground.incident)
        self._audit = Audit(self._scope)
        self._tree: ProvenTree | None = None
        self._faults: list[Fault] = []
        self._last = -1
        self._taken: set[int] = set()
        self._entries = 0

    async def take(self, stored: StoredEvent) -> None:
        """Verify the next event, once. One that is told behind its own place was linked, and is verified by itself."""
        if self._tree is None:
            self._tree = await self._signed_tree()
        if stored.index in self._taken:
            return
        if self._scope.incident is not None:  # of a whole log nothing is told twice
            self._taken.add(stored.index)
        audit = self._audit if stored.index > self._last else Audit(Scope(self._scope.incident, ranged=True))
        self._last = max(self._last, stored.index)
        self._entries += 1
        try:
            # Stored by the ledger itself: read leniently, since what can't be read is found by what it then lacks.
            openings, erased = orjson.loads(stored.openings or b"{}"), orjson.loads(stored.erased or b"{}")
            shown = parse_shown(openings, [], erased)
            self._keep(audit.take(stored.index, stored.entry, shown))
        except (Refused, orjson.JSONDecodeError):
            self._keep([Finding(stored.index, "the openings can't be read")])
        try:
            if not await self._tree.holds(stored.index, leaf_hash(stored.entry)):
                self._keep([Finding(stored.index, "the entry is not the one in the tree")])
        except ProofError as error:
            self._keep([Finding(stored.index, str(error))])

    async def integrity(self) -> Integrity:
        """Return what came of it."""
        size = self._ground.size
        self._keep(self._audit.end(size))
        root = await self._reads.tree.root(size)
        return Integrity(self._entries, tuple(self._faults), size, b64.encode(root), self._vkey.render())

    async def _signed_tree(self) -> ProvenTree:
        """Return the tree under the checkpoint, whose signature and root are held against the stored tiles."""
        head = await self._reads.checkpoint_over(self._ground.size - 1)
        if head is None:
            self._keep([Finding(None, "no checkpoint covers what is judged")])
            return ProvenTree(self._reads.tree, self._ground.size)
        tree = ProvenTree(self._reads.tree, head.size)
        try:
            if open_checkpoint(head.note, self._vkey).root != await tree.root():
                self._keep([Finding(None, "the stored tree does not have the root that the checkpoint signs")])
        except ProofError as error:
            self._keep([Finding(None, f"the checkpoint does not hold: {error}")])
        return tree

    def _keep(self, findings: list[Finding]) -> None:
        room = _FAULTS_KEPT - len(self._faults)
        self._faults += [Fault(finding.index, finding.detail) for finding in findings[:room]]
