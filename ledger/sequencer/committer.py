"""The committer: places a batch behind the tip, signs the new head and has the log store both.

Any number of processes may serve a ledger: an append names the head it was computed on, and where another process
moved that, this one follows and tries again, the last time holding the head.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from events.entry import render_instant
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.edge import Growth
from ledger.core.errors import ProofError
from ledger.core.keys import Signer
from ledger.core.pseudonyms import Pseudonyms
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import CannotSign, Forked, LedgerError, RolledBack, StorageCorrupt
from ledger.sequencer.keeper import Keeper
from ledger.sequencer.placement import Key, Placement, Record, claimed, needs, place
from ledger.sequencer.tip import Tip, follow, load_tip
from ledger.store.ports import Appended, Commit, Duplicates, Known, Log, Moved, StoredBytesDiffer

Clock = Callable[[], datetime]

_TRIES_WITHOUT_LOCK = 2


@dataclass(frozen=True, slots=True)
class Committed:
    """A batch on disk, what it made of the tree, and the signed checkpoint over it."""

    placement: Placement
    growth: Growth
    note: bytes


class Committer:
    """Appends batches, one at a time. Owns the log's connection, the tip and the file of the last signed checkpoint."""

    def __init__(
        self,
        log: Log,
        signer: Callable[[], Signer],
        keeper: Keeper,
        clock: Clock,
        record: Record,
        pseudonyms: Callable[[], Pseudonyms],
    ) -> None:
        """Take the ports.

        Nothing is read before `load`, the key neither: `signer` raises `Fatal` where there is none. `pseudonyms` are
        asked for once something of the log was erased, and raise `Fatal` too.
        """
        self._log, self._find_signer, self._keeper, self._pseudonyms = log, signer, keeper, pseudonyms
        self._clock, self._record = clock, record
        self._tip: Tip | None = None

    async def close(self) -> None:
        """Close the log's connection and the file."""
        await self._log.close()
        self._keeper.close()

    def forget(self) -> None:
        """Look at the head anew before the next batch: whether the last one took place is unknown."""
        self._tip = None

    async def load(self) -> None:
        """Derive the tip from what is stored and hold it against the last signed checkpoint.

        Raises `Fatal` where they contradict each other, `StoreUnavailable`.
        """
        self._signer = self._find_signer()
        self._tip = await self._load()
        # A crash may have come between a commit and the file; readers have had that checkpoint since.
        self._keep_tip(self._tip)

    async def commit(self, units: Sequence[Unit]) -> "Committed | Placement":
        """Append `units` and return the batch, or a placement without events where none was new.

        On return the batch and its signed head are on disk, in the database and outside. Raises `Fatal`,
        `StoreUnavailable` (unknown whether the batch took place), `BatchRefused` (it did not).
        """
        done = await self._append(units)
        if isinstance(done, Committed):
            self._keeper.record(done.growth.edge.size, done.note)
        elif self._tip is not None:  # first receipts given again leave too
            self._keep_tip(self._tip)
        return done

    def _keep_tip(self, tip: Tip) -> None:
        if tip.edge.size:
            self._keeper.record(tip.edge.size, self._note(tip.edge.size, tip.root))

    async def _append(self, units: Sequence[Unit]) -> "Committed | Placement":
        """Return the committed batch, or a placement without new events."""
        known: dict[Key, Known] = {}
        if self._tip is None:
            await self.load()
        assert self._tip is not None  # noqa: S101 - just loaded
        for _ in range(_TRIES_WITHOUT_LOCK):
            if done := await self._attempt(units, known):
                return self._advance(done)
            self._tip = await follow(self._tip, self._log)
        async with self._log.locked():
            self._tip = await follow(self._tip, self._log)
            done = await self._attempt(units, known)
        if done is None:
            raise StorageCorrupt("the head moved while it was locked")
        return self._advance(done)

    def _advance(self, done: "Committed | Placement") -> "Committed | Placement":
        if isinstance(done, Committed) and self._tip is not None:
            placement = done.placement
            self._tip.advance(
                done.growth,
                placement.accepted_at,
                placement.incidents,
                placement.sources,
                placement.facts,
                chain.from_iterable(placement.erasures.values()),
            )
        return done

    async def _attempt(self, units: Sequence[Unit], known: dict[Key, Known]) -> "Committed | Placement | None":
        """Place and append until nothing new is a duplicate.

        None: the head moved. `known` grows with what is learnt.
        """
        assert self._tip is not None  # noqa: S101 - `_append` loads it
        tip, looked_up = self._tip, False
        await tip.learn(self._log, *needs(units))
        if (claims := claimed(units)) and not await tip.learn_claimed(self._log, claims):
            return None
        accepted_at = max(render_instant(self._clock()), tip.accepted_at)
        while True:
            placement = place(units, tip, accepted_at, known, self._record)
            if not looked_up and (doubtful := _refused_drafts(units, placement)):
                # A repetition whose version or number is outdated by its own first arrival is no conflict.
                known.update(await self._known(tip, doubtful))
                looked_up = True
                continue
            if not placement.events:
                # Refused by what this process knows: true only if that is still where the log ends.
                return placement if await self._log.head() == tip.head else None
            committed = self._sign(tip, placement)
            outcome = await self._store(tip, committed)
            if isinstance(outcome, Appended):
                return committed
            if isinstance(outcome, Moved):
                return None
            keys = placement.keys()
            learnt = {
                keys[position]: self._posted(event, placement.events[position].content)
                for position, event in outcome.known.items()
            }
            if learnt.keys() <= known.keys():
                raise StorageCorrupt("the heads of sources or incidents contradict the events in the log")
            known.update(learnt)

    async def _known(self, tip: Tip, drafts: Sequence[Draft]) -> dict[Key, Known]:
        """Return those of the drafts' keys that are in the log, in clear or, of erased events, under keyed digests."""
        known = await self._log.known([draft.key for draft in drafts])
        if tip.erased and (others := [draft for draft in drafts if draft.key not in known]):
            keyed = {(draft.entry.source, self._pseudonyms().id(*draft.key)): draft for draft in others}
            found = await self._log.known(list(keyed))
            known |= {
                keyed[key].key: self._posted(event, keyed[key].content, keyed=True) for key, event in found.items()
            }
        return known

    def _posted(self, known: Known, content: bytes, *, keyed: bool = False) -> Known:
        """Return an event that was found, with its content's digest in clear where `content` is that."""
        if not (keyed or known.keyed) or self._pseudonyms().content(content) != known.content:
            return known
        return Known(known.index, content)

    def _sign(self, tip: Tip, placement: Placement) -> Committed:
        growth = tip.edge.extend(placement.leaves)
        return Committed(placement, growth, self._note(growth.edge.size, growth.root))

    def _note(self, size: int, root: bytes) -> bytes:
        return sign_checkpoint(Checkpoint(self._signer.name, size, root), self._signer)

    async def _store(self, tip: Tip, committed: Committed) -> Appended | Moved | Duplicates:
        placement, growth = committed.placement, committed.growth
        commit = Commit(
            tip.head,
            placement.events,
            b"".join(placement.leaves),
            growth.root,
            committed.note,
            placement.incidents,
            placement.sources,
            growth.tiles,
            placement.facts,
            self._keyed_ids(tip, placement),
            placement.erasures,
        )
        try:
            return await self._log.append(commit)
        except StoredBytesDiffer as error:
            raise StorageCorrupt(str(error)) from error

    def _keyed_ids(self, tip: Tip, placement: Placement) -> Sequence[str]:
        if not tip.erased and not placement.erasures:
            return ()
        pseudonyms, keys = self._pseudonyms(), placement.keys()
        return [pseudonyms.id(*key) for key in keys]

    async def _load(self) -> Tip:
        # The file first: what another process commits meanwhile must not look like a database older than the file.
        try:
            signed = self._keeper.last()
        except ProofError as error:
            raise Forked(f"the file of the last signed checkpoint is damaged: {error}") from error
        except OSError as error:
            raise CannotSign(f"the file of the last signed checkpoint can't be used: {error.strerror}") from error
        tip = await load_tip(self._log)
        if signed is None or (signed.size, signed.root) == (tip.edge.size, tip.root):
            return tip
        if signed.size > tip.edge.size:
            raise RolledBack(
                f"the database has {tip.edge.size} entries, but {signed.size} were signed: a restored backup?"
            )
        try:
            root = await self._log.root_at(signed.size)
        except ValueError as error:
            raise StorageCorrupt(f"the tree of {signed.size} entries can't be read: {error}") from error
        if root != signed.root:
            raise Forked(f"the first {signed.size} entries have another root than the one that was signed")
        return tip


def _refused_drafts(units: Sequence[Unit], placement: Placement) -> list[Draft]:
    answers = zip(units, placement.answers, strict=True)
    return [draft for unit, answer in answers if isinstance(answer, LedgerError) for draft in unit.drafts]
