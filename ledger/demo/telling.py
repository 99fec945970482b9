"""Telling the sample crisis to a ledger: sealed and sequenced like whatever is posted."""

import asyncio
from collections.abc import Callable

from events.envelope import read_event
from events.strict import JsonObject
from ledger.demo.story import Line, beginning, read_story, scenes, tell
from ledger.registry import OpenLedger
from ledger.sequencer.draft import Unit, draft_event
from ledger.store.reads import Reads

_FOLDING_SECONDS = 30.0
Told = Callable[[int], None]
"""Hears how many events have been told."""


async def is_told(reads: Reads) -> bool:
    """Return whether the ledger holds the story to its end."""
    last = read_story()[-1]
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
    # What was missed in it is on record before anyone looks: judged only now, since it was told all at once.
    await ledger.clockwork.tick()
    size = (await ledger.reads.checkpoint()).size
    # Whoever is told that the story is there opens its timeline next.
    ledger.runner.wake()
    await ledger.folded.reach(size, _FOLDING_SECONDS)


async def _append(ledger: OpenLedger, documents: list[JsonObject]) -> list[int]:
    drafts = [draft_event(read_event(document)) for document in documents]
    outcomes = await asyncio.gather(*(ledger.sequencer.enqueue(Unit([draft])) for draft in drafts))
    return [outcome.index for (outcome,) in outcomes]


def _id(line: Line) -> str:
    return str(line["id"])
