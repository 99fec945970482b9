"""What a process knows of its ledger's end. Every fact in it is true of a log of exactly `edge.size` entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from events.claims import Claims, Fact, Told
from events.rules import CHANGING, changes
from ledger.core.edge import Edge, Growth
from ledger.core.tiles import TILE_HEIGHT, partial_width, tile_root
from ledger.sequencer.errors import Fatal, Forked, RolledBack, StorageCorrupt
from ledger.store.ports import Erased, Head, IncidentHead, Log, SourceHead, StoredBytesDiffer

_REMEMBERED_HEADS = 20_000
_FOLLOWED_AT_MOST = 20_000
_LEARNT_AT_ONCE = 20_000
_BEGINNING = "0000-00-00T00:00:00.000000Z"


@dataclass(slots=True)
class Tip:
    """The end of one log: the tree's right edge, the last `accepted_at`, the heads learnt so far (None: has none).

    `facts` are the states that rules asked for (None: nothing ever changed it), `told` the events they asked for.
    `erased` is how many events are known by keyed digests alone.
    """

    edge: Edge
    root: bytes
    accepted_at: str
    incidents: dict[str, IncidentHead | None] = field(default_factory=dict)
    sources: dict[str, SourceHead | None] = field(default_factory=dict)
    facts: dict[bytes, Fact | None] = field(default_factory=dict)
    told: dict[int, Told] = field(default_factory=dict)
    erased: int = 0

    @property
    def head(self) -> Head:
        """Return what the head row must say for anything here to be true."""
        return Head(self.edge.size, self.root, self.edge.size, self.erased)

    async def learn(self, log: Log, incidents: Iterable[str], sources: Iterable[str]) -> None:
        """Read the heads among `incidents` and `sources` that are not known yet.

        Read outside the head's lock they may already be of a longer log; then the head row says so, and nothing
        commits.
        """
        if len(self.incidents) + len(self.sources) > _REMEMBERED_HEADS:
            self.incidents.clear()
            self.sources.clear()
        if unknown := [incident for incident in incidents if incident not in self.incidents]:
            found = await log.incident_heads(unknown)
            self.incidents.update((incident, found.get(incident)) for incident in unknown)
        if unknown := [source for source in sources if source not in self.sources]:
            numbered = await log.source_heads(unknown)
            self.sources.update((source, numbered.get(source)) for source in unknown)

    async def learn_claimed(self, log: Log, claims: Sequence[Claims]) -> bool:
        """Read what `claims` hang on and is not known yet. Raises `StorageCorrupt` where an entry is missing.

        As with `learn`, what is read may be of a longer log. Returns whether nothing in it shows that already.
        """
        if len(self.facts) + len(self.told) > _REMEMBERED_HEADS:
            self.facts.clear()
            self.told.clear()
        if unknown := [key for claim in claims for key in claim.states() if key not in self.facts]:
            facts = await log.facts(unknown)
            if any(fact.index >= self.edge.size for fact in facts.values()):
                return False
            self.facts.update((key, facts.get(key)) for key in unknown)
        asked = {index for claim in claims for index in claim.indexes(self.facts.get)}
        if untold := [index for index in asked - self.told.keys() if index < self.edge.size]:
            try:
                self.told.update(await log.told(untold))
            except StoredBytesDiffer as error:
                raise StorageCorrupt(str(error)) from error
        return True

    def advance(
        self,
        growth: Growth,
        accepted_at: str,
        incidents: Mapping[str, IncidentHead],
        sources: Mapping[str, SourceHead],
        facts: Mapping[bytes, Fact],
        erasures: Iterable[Erased] = (),
    ) -> None:
        """Move over a batch whose commit was acknowledged."""
        self.edge, self.root, self.accepted_at = growth.edge, growth.root, accepted_at
        self.incidents.update(incidents)
        self.sources.update(sources)
        self.facts.update(facts)
        for gone in erasures:
            self.told.pop(gone.index, None)
            self.erased += gone.key is not None


async def load_tip(log: Log) -> Tip:
    """Derive the tip from stored entries and tiles. Raises `Fatal` where they don't hash to the head's root."""
    head = await _ruled_head(log)
    try:
        rows = [await _row(log, level, head.size) for level in range(_levels(head.size))]
        edge = Edge.of(head.size, rows)
    except (StoredBytesDiffer, ValueError) as error:
        raise StorageCorrupt(f"the stored tree of {head.size} entries can't be read: {error}") from error
    if edge.root() != head.root:
        raise StorageCorrupt(f"the stored entries of the last tiles don't hash to the root of size {head.size}")
    return Tip(edge, head.root, await _last_accepted_at(log, head.size), erased=head.erased)


async def follow(tip: Tip, log: Log) -> Tip:
    """Return the tip after what other processes appended since. Raises `Fatal` where the log shrank or forked."""
    head = await _ruled_head(log)
    if head.size < tip.edge.size:
        raise RolledBack(f"the log has {head.size} entries; {tip.edge.size} were there before")
    if head.size > tip.edge.size + _FOLLOWED_AT_MOST:
        return await load_tip(log)
    try:
        growth = tip.edge.extend(await log.leaves(tip.edge.size, head.size))
    except StoredBytesDiffer as error:
        raise StorageCorrupt(str(error)) from error
    if growth.root != head.root:
        raise _contradiction(tip, head)
    return Tip(growth.edge, growth.root, await _last_accepted_at(log, head.size), erased=head.erased)


async def _ruled_head(log: Log) -> Head:
    """Return the head, after reading for the rules what was appended without them: before there were any."""
    head = await log.head()
    while head.ruled < head.size:
        end = min(head.ruled + _LEARNT_AT_ONCE, head.size)
        facts: dict[bytes, Fact] = {}
        for index, told in await log.changing(CHANGING, head.ruled, end):
            facts |= {key: Fact(index, holds) for key, holds in changes(told.type, told.fields).items()}
        await log.learn_facts(head.ruled, end, facts)
        head = await log.head()
    return head


def _contradiction(tip: Tip, head: Head) -> Fatal:
    if head.size == tip.edge.size:
        return Forked(f"the log of {head.size} entries has another root than this process left")
    return Forked(f"the log of {head.size} entries doesn't extend the one of {tip.edge.size}")


async def _row(log: Log, level: int, size: int) -> list[bytes]:
    """Return the hashes of a level's partial tile, from the entries or from the full tiles of the level below."""
    width = partial_width(level, size)
    first = (size >> TILE_HEIGHT * level) - width
    if level == 0:
        return await log.leaves(first, first + width)
    tiles = await log.tile_row(level - 1, first)
    return [tile_root(tile) for tile in tiles[:width]]


def _levels(size: int) -> int:
    levels = 0
    while size >> TILE_HEIGHT * levels:
        levels += 1
    return levels


async def _last_accepted_at(log: Log, size: int) -> str:
    return (size and await log.accepted_at(size - 1)) or _BEGINNING
