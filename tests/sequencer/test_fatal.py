"""A log that contradicts itself: nothing more is signed, reads go on, and it is said why."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from ledger.app import build
from ledger.sequencer.draft import Repeated, Unit
from ledger.sequencer.errors import CannotSign, Fatal, Forked, RolledBack, SigningStopped, StorageCorrupt
from ledger.settings import Settings
from ledger.store.connections import open_pool
from ledger.store.tokens import Role, Tokens
from tests.sequencer.backup import back_up, restore
from tests.sequencer.drafts import alone, comment
from tests.sequencer.made import NAME, Made, append

FLIPPED = """
CREATE FUNCTION flip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.index = 7 THEN NEW.entry := set_byte(NEW.entry, 30, get_byte(NEW.entry, 30) # 1); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER flip BEFORE INSERT ON ledger.entries FOR EACH ROW EXECUTE FUNCTION flip()
"""
DROPPED = FLIPPED.replace("NEW.entry := set_byte(NEW.entry, 30, get_byte(NEW.entry, 30) # 1)", "RETURN NULL")


@pytest.fixture
async def client(made: Made, tmp_path: Path) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    """The whole service over the same database and keys."""
    async with made.sequencing() as sequencer:
        await append(sequencer, *alone(*(comment(number, "paris") for number in range(5))))
    application = build(Settings(data_dir=tmp_path), made.dsn)
    async with TestClient(TestServer(application)) as client:
        yield client


@pytest.mark.parametrize("fault", [FLIPPED, DROPPED], ids=["a bit flips in storage", "a row is not stored"])
async def test_stored_bytes_that_differ_stop_the_signing_before_anything_of_the_batch_is_signed(
    made: Made, fault: str
) -> None:
    async with made.sequencing() as sequencer:
        await append(sequencer, *alone(*(comment(number) for number in range(5))))
        await made.execute(fault)
        answer = sequencer.enqueue(Unit([comment(f"u{number}") for number in range(5)]))
        with pytest.raises(SigningStopped):
            await answer
        assert isinstance(sequencer.fatal, StorageCorrupt)
        with pytest.raises(SigningStopped):
            sequencer.enqueue(Unit([comment("later")]))
    assert (await made.checkpoint()).size == 5
    kept = made.keeper()
    last = kept.last()
    kept.close()
    assert last is not None
    assert last.size == 5


async def test_a_ledger_that_stopped_signing_serves_reads_and_readyz_says_why(
    made: Made,
    client: TestClient,  # type: ignore[type-arg]
) -> None:
    assert (await client.get("/readyz")).status == 200
    await made.execute("UPDATE ledger.heads SET root = sha256(root)")
    token = await _poster(made)
    posted = await client.post(f"/ledgers/{NAME}/events", data=_EVENT, headers=_headers(token))
    assert posted.status == 503
    assert (await posted.json(content_type=None))["type"].endswith(":signing-stopped")
    ready = await client.get("/readyz")
    assert ready.status == 503
    assert (await ready.json())["reasons"][NAME].startswith("Forked: ")
    for path in ("checkpoint", "tile/entries/000.p/5", "events/4/receipt", "proofs/inclusion?index=2"):
        assert (await client.get(f"/ledgers/{NAME}/{path}")).status == 200, path
    assert "ledgerd_signing" in await (await client.get("/metrics")).text()


_EVENT = json.dumps(
    {
        "specversion": "1.0",
        "type": "comment.received",
        "source": "urn:x",
        "id": "1",
        "time": "2026-11-22T10:00:00Z",
        "data": {"platform": "x", "external_id": "1", "text": "hé"},
    }
)


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents+json"}


async def _poster(made: Made) -> str:
    async with open_pool(made.dsn, size=1) as pool:
        return await Tokens(pool, lambda: datetime.now(UTC)).create(NAME, [Role.POSTER], [], "test", None)


async def test_a_restored_backup_is_refused_before_anything_is_signed_again(made: Made) -> None:
    async with made.sequencing() as sequencer:
        await append(sequencer, *alone(*(comment(number, "paris") for number in range(300))))
        backup = await back_up(made)
        await append(sequencer, Unit([comment("after the backup", "paris")]))
    await restore(made, backup)
    async with made.sequencing() as sequencer:
        assert isinstance(sequencer.fatal, RolledBack)
        assert "300 entries, but 301 were signed" in str(sequencer.fatal)
        with pytest.raises(SigningStopped):
            sequencer.enqueue(Unit([comment("anything")]))
    assert (await made.checkpoint()).size == 300


async def test_a_backup_restored_under_a_running_service_is_noticed_at_the_next_append(made: Made) -> None:
    async with made.sequencing() as sequencer:
        await append(sequencer, *alone(*(comment(number) for number in range(3))))
        backup = await back_up(made)
        await append(sequencer, Unit([comment("after the backup")]))
        await restore(made, backup)
        answer = sequencer.enqueue(Unit([comment("next")]))
        with pytest.raises(SigningStopped):
            await answer
        assert isinstance(sequencer.fatal, RolledBack)


async def test_a_restored_backup_that_grew_elsewhere_is_a_fork(made: Made) -> None:
    async with made.sequencing() as sequencer:
        await append(sequencer, *alone(*(comment(number) for number in range(3))))
        backup = await back_up(made)
        await append(sequencer, Unit([comment("after the backup")]))
    await restore(made, backup)
    signed = made.keys.signed(NAME)
    signed.rename(signed.with_suffix(".put-away"))
    async with made.sequencing() as elsewhere:
        assert elsewhere.fatal is None, "without the file nobody can know"
        await append(elsewhere, *alone(*(comment(f"other {number}") for number in range(5))))
    signed.with_suffix(".put-away").rename(signed)
    async with made.sequencing() as sequencer:
        assert isinstance(sequencer.fatal, Forked)


async def test_receipts_given_again_after_a_crash_are_covered_against_a_restored_backup(made: Made) -> None:
    async with made.sequencing() as sequencer:
        await append(sequencer, Unit([comment(1)]))
        backup = await back_up(made)
    async with made.committing() as crashing:
        await crashing._append([Unit([comment(2)])])  # committed; it dies before the file is written
    async with made.sequencing() as sequencer:
        assert (await sequencer.enqueue(Unit([comment(2)])))[0] == Repeated(1)
    await restore(made, backup)
    async with made.sequencing() as sequencer:
        assert isinstance(sequencer.fatal, RolledBack)


async def test_a_first_receipt_given_again_is_covered_even_if_its_own_process_died(made: Made) -> None:
    async with made.sequencing() as witness, made.committing() as crashing:
        await append(witness, Unit([comment(1)]))
        backup = await back_up(made)
        await crashing._append([Unit([comment(2)])])
        assert (await witness.enqueue(Unit([comment(2)])))[0] == Repeated(1)
    await restore(made, backup)
    async with made.sequencing() as sequencer:
        assert isinstance(sequencer.fatal, RolledBack)


async def test_a_damaged_file_stops_the_signing(made: Made) -> None:
    async with made.sequencing() as sequencer:
        await append(sequencer, Unit([comment(1)]))
        await append(sequencer, Unit([comment(2)]))
    signed = made.keys.signed(NAME)
    signed.write_bytes(signed.read_bytes().replace(b"a", b"b").replace(b"A", b"B"))
    async with made.sequencing() as sequencer:
        assert isinstance(sequencer.fatal, Forked)


async def test_without_its_key_a_ledger_signs_nothing(made: Made) -> None:
    async with made.sequencing() as sequencer:
        await append(sequencer, Unit([comment(1)]))

    def no_key() -> None:
        raise CannotSign("no key for ledger demo in the keys folder")

    committer = made.committer()
    committer._find_signer = no_key  # type: ignore[assignment]
    with pytest.raises(Fatal):
        await committer.commit([Unit([comment(2)])])
    await committer.close()
    assert (await made.checkpoint()).size == 1
