"""What must hold of a log after anything happened to those who wrote it."""

from collections import Counter

from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.edge import Edge
from ledger.core.merkle import leaf_hash
from ledger.core.receipt import verify_receipt
from tests.faults.posters import Acknowledged, posted_id
from tests.sequencer.made import Made


async def one_history(made: Made) -> dict[str, int]:
    """Check the log whole, from its bytes: no index missing or twice, no event twice, every checkpoint ever signed true.

    Returns the index of every event by its id.
    """
    entries = await made.entries()
    async with made.superuser() as superuser:
        openings = [row[0] for row in await superuser.fetch("SELECT openings FROM ledger.contents ORDER BY index")]
        keys = await superuser.fetch("SELECT source, id, index FROM ledger.event_keys")
        notes = [row[0] for row in await superuser.fetch("SELECT note FROM ledger.checkpoints ORDER BY size")]
        head = await superuser.fetchrow("SELECT size, root FROM ledger.heads")
    ids = [posted_id(opening) for opening in openings]
    assert len(ids) == len(entries) == len(keys)
    assert not [name for name, times in Counter(ids).items() if times > 1], "an event is in the log twice"
    assert {(key["id"], key["index"]) for key in keys} == {(name, index) for index, name in enumerate(ids)}
    checkpoints = [open_checkpoint(note, made.key.verifier) for note in notes]
    assert roots_hold(checkpoints, entries)
    assert tuple(head) == (len(entries), checkpoints[-1].root)
    return {name: index for index, name in enumerate(ids)}


def roots_hold(checkpoints: list[Checkpoint], entries: list[bytes]) -> bool:
    """Whether every checkpoint is the root of so many of the entries. In ascending order of their sizes."""
    edge = Edge.empty()
    for checkpoint in checkpoints:
        growth = edge.extend([leaf_hash(entry) for entry in entries[edge.size : checkpoint.size]])
        if (growth.edge.size, growth.root) != (checkpoint.size, checkpoint.root):
            return False
        edge = growth.edge
    return edge.size == len(entries)


def receipts_hold(made: Made, told: Acknowledged, indexes: dict[str, int], entries: list[bytes]) -> None:
    """Check that every receipt that a poster was given verifies and is about its own event, as the log now has it."""
    checkpoints = {}
    for name, receipt in told.parsed():
        checkpoint = verify_receipt(receipt, made.key.verifier)
        checkpoints[checkpoint.size] = checkpoint
        assert receipt.index == indexes[name]
        assert receipt.entry == entries[receipt.index]
    last = max(checkpoints)
    assert last <= len(entries)
    assert roots_hold([checkpoints[size] for size in sorted(checkpoints)], entries[:last])
