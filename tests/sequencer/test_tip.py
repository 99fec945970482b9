"""What a process knows of the log's end: derived from stored bytes, and told apart from what contradicts them."""

from collections.abc import AsyncIterator

import pytest

from ledger.sequencer import tip as tips
from ledger.sequencer.draft import Unit
from ledger.sequencer.errors import Fatal, Forked, RolledBack, StorageCorrupt
from ledger.sequencer.tip import Tip, follow, load_tip
from ledger.store.log import PostgresLog
from tests.sequencer.drafts import comment
from tests.sequencer.made import Made


@pytest.fixture
async def log(made: Made) -> AsyncIterator[PostgresLog]:
    log = made.log()
    yield log
    await log.close()


async def grow(made: Made, *sizes: int, start: int = 0) -> None:
    """Append batches of these sizes."""
    async with made.committing() as committer:
        for size in sizes:
            await committer.commit([Unit([comment(start + number, "paris")]) for number in range(size)])
            start += size


def facts(tip: Tip) -> tuple[object, ...]:
    return tip.edge, tip.root, tip.accepted_at


@pytest.mark.parametrize(
    "sizes", [(1,), (255, 1), (256,), (256, 1), (100, 155, 2, 300), (700, 68), (1, 2, 3, 250, 512, 1)]
)
async def test_following_and_loading_anew_know_the_same(made: Made, log: PostgresLog, sizes: tuple[int, ...]) -> None:
    followed, start = await load_tip(log), 0
    for size in sizes:
        await grow(made, size, start=start)
        start += size
        followed = await follow(followed, log)
        assert facts(followed) == facts(await load_tip(log))
        assert followed.edge.size == start
    assert followed.root == (await made.checkpoint()).root


async def test_a_log_that_grew_far_is_loaded_anew(
    made: Made, log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tips, "_FOLLOWED_AT_MOST", 100)
    before = await load_tip(log)
    await grow(made, 300)
    assert facts(await follow(before, log)) == facts(await load_tip(log))


async def test_a_tip_that_nobody_moved_stays(made: Made, log: PostgresLog) -> None:
    await grow(made, 3)
    before = await load_tip(log)
    assert facts(await follow(before, log)) == facts(before)


SHRUNK = (
    "DELETE FROM ledger.entries WHERE index >= 290",
    "UPDATE ledger.heads SET size = 290",
)


async def test_a_shorter_log_was_rolled_back(made: Made, log: PostgresLog) -> None:
    await grow(made, 300)
    before = await load_tip(log)
    await made.execute(*SHRUNK)
    with pytest.raises(RolledBack, match=r"290 entries; 300 were there"):
        await follow(before, log)


async def test_another_root_of_the_same_size_is_a_fork(made: Made, log: PostgresLog) -> None:
    await grow(made, 300)
    before = await load_tip(log)
    await made.execute("UPDATE ledger.heads SET root = sha256(root)")
    with pytest.raises(Forked, match="another root"):
        await follow(before, log)


async def test_a_longer_log_with_another_past_is_a_fork(made: Made, log: PostgresLog) -> None:
    await grow(made, 5)
    before = await load_tip(log)
    await grow(made, 5, start=5)
    await made.execute("UPDATE ledger.entries SET entry = convert_to('{}', 'UTF8') WHERE index = 7")
    with pytest.raises(Forked, match="doesn't extend"):
        await follow(before, log)


CORRUPTED = {
    "an entry of the last tile": "UPDATE ledger.entries SET entry = set_byte(entry, 20, 57) WHERE index = 777",
    "an entry of the last tile gone": "DELETE FROM ledger.entries WHERE index = 777",
    "the last entry gone": "DELETE FROM ledger.entries WHERE index = 799",
    "two entries exchanged": (
        "UPDATE ledger.entries AS e SET entry = o.entry FROM ledger.entries AS o "
        "WHERE e.index IN (770, 771) AND o.index = 1541 - e.index"
    ),
    "a byte of a tile": "UPDATE ledger.tiles SET hashes = set_byte(hashes, 4000, 255 - get_byte(hashes, 4000))",
    "a tile gone": "DELETE FROM ledger.tiles WHERE n = 1",
    "the last tile gone": "DELETE FROM ledger.tiles WHERE n = 2",
    "a tile cut short": "UPDATE ledger.tiles SET hashes = substring(hashes FOR 8191) WHERE n = 1",
    "the head's root": "UPDATE ledger.heads SET root = sha256(root)",
    "the head's size": "UPDATE ledger.heads SET size = 799",
    "the head's size beyond": "UPDATE ledger.heads SET size = 801",
}


@pytest.mark.parametrize("what", CORRUPTED)
async def test_stored_bytes_that_contradict_the_head_stop_the_load(made: Made, log: PostgresLog, what: str) -> None:
    await grow(made, 800)
    await load_tip(log)
    await made.execute(CORRUPTED[what])
    with pytest.raises(StorageCorrupt):
        await load_tip(log)


async def test_a_damaged_entry_that_another_process_appended_is_not_followed(made: Made, log: PostgresLog) -> None:
    before = await load_tip(log)
    await grow(made, 5)
    await made.execute("DELETE FROM ledger.entries WHERE index = 2")
    with pytest.raises(Fatal):
        await follow(before, log)
