"""Verify a running ledger over HTTP: its checkpoint, its whole tree, its entries, and what it shows of them."""

import asyncio
from dataclasses import dataclass, field

from ledger.client.connection import Connection
from ledger.client.divergence import find_divergence
from ledger.client.export_audit import erasure_notes
from ledger.client.feed import Feed, ServedEvent, served_faults
from ledger.client.memory import Memory, Remembered
from ledger.client.progress import Tell
from ledger.client.report import Report
from ledger.client.tile_reader import TileReader
from ledger.client.trust import check_remembered, trusted_key
from ledger.core.audit import Audit, Finding
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.edge import FullTile
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey
from ledger.core.merkle import leaf_hash
from ledger.core.regrowth import Regrowth
from ledger.core.tiles import TILE_WIDTH, Bundle, Tile, partial_width

_PUBLIC_ONLY = (
    "without a token (LEDGERD_TOKEN) only the public part is checked: checkpoint, tree and entries, no fields"
)


@dataclass(slots=True)
class SignedLog:
    """What the verification starts from: the verified checkpoint with its note, and what is remembered of the log."""

    vkey: VerifierKey
    note: bytes
    checkpoint: Checkpoint
    known: Remembered | None


async def read_head(connection: Connection, memory: Memory, given: VerifierKey | None, report: Report) -> SignedLog:
    """Return the ledger's checkpoint, verified. Raises `ProofError` where it doesn't hold, `ClientError`."""
    facts = await connection.facts()
    known = memory.recall(facts["origin"])
    vkey = trusted_key(facts["origin"], given, known, facts["vkey"], report)
    note = await connection.get("checkpoint")
    if note is None:
        raise ProofError("The ledger has no checkpoint.")
    checkpoint = open_checkpoint(note, vkey)
    report.notes.insert(0, f"{checkpoint.origin}: signed checkpoint over {checkpoint.size:,} entries")
    return SignedLog(vkey, note, checkpoint, known)


async def verify_ledger(connection: Connection, memory: Memory, given: VerifierKey | None, tell: Tell) -> Report:
    """Verify everything that a ledger hands out; remember its checkpoint if the tree holds. Raises `ClientError`."""
    report = Report()
    try:
        log = await read_head(connection, memory, given, report)
    except ProofError as error:
        report.find(f"the checkpoint does not hold: {error}")
        return report
    trail = _Trail(connection, log, report, Feed(connection) if connection.has_token else None)
    try:
        for first in range(0, log.checkpoint.size, TILE_WIDTH):
            await trail.take_bundle(Bundle(first // TILE_WIDTH, min(TILE_WIDTH, log.checkpoint.size - first)))
            tell(first + TILE_WIDTH)
    finally:
        await trail.close()
    if await trail.tree_holds():
        memory.remember(log.vkey, log.note)
    report.entries = log.checkpoint.size
    if connection.has_token:
        audit = trail.audit
        report.add(audit.unproved(log.checkpoint.size))
        report.notes.append(f"{audit.opened:,} fields opened and checked, {audit.withheld:,} withheld from this reader")
        report.notes += erasure_notes(audit)
    else:
        report.notes.append(_PUBLIC_ONLY)
    return report


@dataclass(slots=True)
class _Trail:
    """A pass over the log, bundle by bundle."""

    connection: Connection
    log: SignedLog
    report: Report
    feed: Feed | None
    audit: Audit = field(default_factory=Audit)
    tiles: TileReader = field(init=False)
    tree: Regrowth = field(init=False)
    tree_known: bool = True
    entries_agree: bool = True

    def __post_init__(self) -> None:
        """Read tiles, and watch the size that is remembered."""
        self.tiles = TileReader(self.connection, self.report)
        self.tree = Regrowth({self.log.known.checkpoint.size} if self.log.known else ())

    async def close(self) -> None:
        if self.feed is not None:
            await self.feed.close()

    async def take_bundle(self, bundle: Bundle) -> None:
        """Check the entries of a bundle against the tile over them, and grow the tree by that tile."""
        entries, hashes = await asyncio.gather(
            self.tiles.entries(bundle), self.tiles.hashes(Tile(0, bundle.n, bundle.width))
        )
        first, end = bundle.n * TILE_WIDTH, bundle.n * TILE_WIDTH + bundle.width
        for index in range(first, end):
            raw = entries[index - first] if index - first < len(entries) else None
            if raw is None and self.feed is None:
                self._lose(index, end)
                break
            await self._take(index, raw, hashes[index - first] if hashes else None)
        if not hashes and len(entries) == bundle.width:
            hashes = list(map(leaf_hash, entries))
        if hashes and self.tree_known:
            for full in self.tree.grow(hashes):
                await self._compare(full)
        else:
            self.tree_known = False

    async def tree_holds(self) -> bool:
        """Compare the upper partial tiles, the root, and what is remembered with the tree that the tiles make."""
        if not self.tree_known:
            self.report.find("the root can't be computed: entries are missing together with their tile")
            check_remembered(self.log.known, self.log.checkpoint, None, self.report)
            return False
        edge, checkpoint = self.tree.edge, self.log.checkpoint
        for level in range(1, len(edge.rows)):
            if width := partial_width(level, edge.size):
                tile = Tile(level, edge.size >> 8 * (level + 1), width)
                self._same(tile, b"".join(edge.rows[level]), await self.tiles.hashes(tile))
        holds = edge.root() == checkpoint.root
        if not holds:
            self.report.find("the entries don't have the root that the checkpoint signs")
            if self.entries_agree:
                self.report.add(await find_divergence(self.connection, self.log.vkey, checkpoint.size))
        known = self.log.known
        root = self.tree.roots.get(known.checkpoint.size) if known else None
        return check_remembered(known, checkpoint, root, self.report) and holds

    async def _take(self, index: int, raw: bytes | None, committed: bytes | None) -> None:
        """Check one entry. Where its bundle lacks it, the event that is served tells what it should be."""
        served = await self.feed.at(index) if self.feed is not None else None
        faults = served_faults(served, raw)
        event = served.event if isinstance(served, ServedEvent) else None
        raw = event.entry if raw is None and event is not None else raw
        if raw is None:
            self._lose(index, index + 1)
            return
        if committed is not None and leaf_hash(raw) != committed:
            self.entries_agree = False
            faults.insert(0, "the entry is not the one that its tile of the tree commits to")
        findings = self.audit.take(index, raw, event.shown if event else None)
        self.report.count(index, [*(Finding(index, fault) for fault in faults), *findings])

    def _lose(self, index: int, end: int) -> None:
        """Report the entry at `index` as missing, and those up to `end` with it, whose bundle can't be made."""
        self.report.add(self.audit.lose(index, "the entry is missing"))
        if end > index + 1:
            detail = f"the entries up to {end - 1} can't be read, since the bundle is not whole"
            self.report.add(self.audit.lose(index + 1, detail, end - index - 1))

    async def _compare(self, full: FullTile) -> None:
        if full.level:
            tile = Tile(full.level, full.n)
            self._same(tile, full.data, await self.tiles.hashes(tile))

    def _same(self, tile: Tile, computed: bytes, served: list[bytes]) -> None:
        if served and b"".join(served) != computed:
            self.report.find(f"{tile.path()} is not made of the tiles below it")
