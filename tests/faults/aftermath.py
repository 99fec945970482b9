"""What must hold of a log after anything happened to those who wrote it."""

from dataclasses import dataclass

from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.edge import Edge
from ledger.core.merkle import leaf_hash
from ledger.core.receipt import verify_receipt
from tests.faults.posters import Acknowledged, posted_id
from tests.sequencer.made import Made


@dataclass(frozen=True, slots=True)
class History:
    """A log that was checked: its entries, and the index of each event by its id."""

    entries: list[bytes]
    indexes: dict[str, int]


async def one_history(made: Made) -> History:
    """Check a log whole, from its bytes: no index missing or twice, no event twice, every checkpoint signed is true."""
    async with made.superuser() as superuser, superuser.transaction(isolation="repeatable_read"):
        rows = await superuser.fetch(
            "SELECT index, entry, openings FROM ledger.entries JOIN ledger.contents USING (index) ORDER BY index"
        )
        keys = {(row["id"], row["index"]) for row in await superuser.fetch("SELECT id, index FROM ledger.event_keys")}
        notes = [row["note"] for row in await superuser.fetch("SELECT note FROM ledger.checkpoints ORDER BY size")]
        head = [tuple(row) for row in await superuser.fetch("SELECT size, root FROM ledger.heads")]
    assert [row["index"] for row in rows] == list(range(len(rows))), "an index is missing or there twice"
    entries = [row["entry"] for row in rows]
    indexes = {posted_id(row["openings"]): row["index"] for row in rows}
    assert len(indexes) == len(entries), "an event is in the log twice"
    assert keys == set(indexes.items())
    checkpoints = [open_checkpoint(note, made.key.verifier) for note in notes]
    assert roots_hold(checkpoints, entries)
    assert head == [(len(entries), checkpoints[-1].root)]
    return History(entries, indexes)


def roots_hold(checkpoints: list[Checkpoint], entries: list[bytes]) -> bool:
    """Whether every checkpoint is the root of so many of the entries. In ascending order of their sizes."""
    edge = Edge.empty()
    for checkpoint in checkpoints:
        growth = edge.extend([leaf_hash(entry) for entry in entries[edge.size : checkpoint.size]])
        if (growth.edge.size, growth.root) != (checkpoint.size, checkpoint.root):
            return False
        edge = growth.edge
    return edge.size == len(entries)


def receipts_hold(made: Made, told: Acknowledged, history: History) -> None:
    """Check that every receipt that a poster was given verifies and is about its own event, as the log now has it."""
    checkpoints = {}
    for name, receipt in told.parsed():
        checkpoint = verify_receipt(receipt, made.key.verifier)
        checkpoints[checkpoint.size] = checkpoint
        assert receipt.index == history.indexes[name]
        assert receipt.entry == history.entries[receipt.index]
    last = max(checkpoints)
    assert last <= len(history.entries)
    assert roots_hold([checkpoints[size] for size in sorted(checkpoints)], history.entries[:last])
