"""Telling the sample crisis to a ledger: sealed and sequenced like whatever is posted."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from events.envelope import read_event
from events.strict import JsonObject
from events.times import EPOCH
from ledger.demo.exports import Export, exports
from ledger.demo.story import Line, beginning, read_story, scenes, tell
from ledger.reconciling.importing import import_snapshot, staged
from ledger.registry import OpenLedger
from ledger.sequencer.draft import Unit, draft_event
from ledger.store.reads import Reads
from ledger.store.snapshots import LATEST, StagedItem

_FOLDING_SECONDS = 30.0
Told = Callable[[int], None]
"""Hears how many events have been told."""


async def is_told(reads: Reads) -> bool:
    """Return whether the ledger holds the story to its end, and what its accounts showed."""
    last = read_story()[-1]
    for export in exports(read_story(), EPOCH):
        place = (export.header.platform, export.header.account)
        taken = await reads.fetch("snapshots_before", *place, LATEST, 1)
        if not taken or taken[0]["reconciled"] is None:
            return False
    return bool(await reads.fetch("known", [last["source"]], [last["id"]]))


async def tell_story(ledger: OpenLedger, told: Told) -> None:
    """Append the story, as having ended when the ledger was founded: told again, it adds nothing.

    What the ledger's clock says of each event stays true: they were accepted now, hence late.
    """
    begun, indexes = beginning(ledger.row.created_at), dict[str, int]()
    for scene in scenes(read_story()):
        documents = [tell(line, begun, indexes) for line in scene]
        for line, index in zip(scene, await _append(ledger, documents), strict=True):
            indexes[_id(line)] = index
        told(len(indexes))
    for export in exports(read_story(), begun):
        await import_snapshot(ledger, export.header, _items(export))
    # What was missed in it is on record before anyone looks: judged only now, since it was told all at once.
    await ledger.clockwork.tick()
    size = (await ledger.reads.checkpoint()).size
    # Whoever is told that the story is there opens its timeline next.
    ledger.runner.wake()
    await ledger.folded.reach(size, _FOLDING_SECONDS)


async def _items(export: Export) -> AsyncIterator[Sequence[StagedItem]]:
    yield [staged(line, item) for line, item in enumerate(export.items, start=2)]


async def _append(ledger: OpenLedger, documents: list[JsonObject]) -> list[int]:
    drafts = [draft_event(read_event(document)) for document in documents]
    outcomes = await asyncio.gather(*(ledger.sequencer.enqueue(Unit([draft])) for draft in drafts))
    return [outcome.index for (outcome,) in outcomes]


def _id(line: Line) -> str:
    return str(line["id"])
