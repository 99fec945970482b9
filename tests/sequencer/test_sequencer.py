"""Group commit: what queues during a commit goes together, and nobody waits for ever or pays for a stranger."""

import asyncio

import pytest

from ledger.sequencer import sequencer as sequencers
from ledger.sequencer.draft import Accepted, Repeated, Unit
from ledger.sequencer.errors import LedgerError, NotStorable, QueueFull
from ledger.sequencer.sequencer import Observer
from tests.sequencer.drafts import alone, comment
from tests.sequencer.made import Made, append

POISON = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id LIKE 'poison%' THEN RAISE EXCEPTION 'not this one'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER poison BEFORE INSERT ON ledger.event_keys FOR EACH ROW EXECUTE FUNCTION poison()
"""


class Heard(Observer):
    """How many events each commit held."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        super().__init__(committed=lambda _size, events, _seconds: self.batches.append(events))


async def test_what_queues_during_a_commit_is_committed_together(made: Made) -> None:
    heard = Heard()
    async with made.sequencing(observer=heard) as sequencer:
        async with made.head_held():
            first = sequencer.enqueue(Unit([comment("first")]))
            await asyncio.sleep(0.05)
            others = [sequencer.enqueue(unit) for unit in alone(*(comment(number) for number in range(40)))]
            assert sequencer.queue_depth == 40
        outcomes = [(await answer)[0] for answer in (first, *others)]
    assert heard.batches == [1, 40]
    assert [made.verify(outcome) for outcome in outcomes] == list(range(41))


async def test_an_idle_ledger_waits_for_nothing(made: Made) -> None:
    heard = Heard()
    async with made.sequencing(observer=heard) as sequencer:
        for number in range(5):
            await append(sequencer, Unit([comment(number)]))
    assert heard.batches == [1] * 5


async def test_a_batch_is_bounded_by_count_and_by_bytes_but_a_unit_is_never_cut(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencers, "BATCH_EVENTS", 10)
    monkeypatch.setattr(sequencers, "BATCH_BYTES", 20_000)
    heard = Heard()
    async with made.sequencing(observer=heard) as sequencer:
        async with made.head_held():
            first = sequencer.enqueue(Unit([comment("first")]))
            await asyncio.sleep(0.05)
            waiting = [sequencer.enqueue(unit) for unit in alone(*(comment(number) for number in range(15)))]
            waiting.append(sequencer.enqueue(Unit([comment(f"u{number}") for number in range(25)])))
            waiting += [sequencer.enqueue(Unit([comment(f"big{each}", text="x" * 15_000)])) for each in range(3)]
        await asyncio.gather(first, *waiting)
    assert heard.batches == [1, 10, 30, 2, 1]


async def test_a_unit_that_the_database_refuses_fails_alone(made: Made) -> None:
    await made.execute(POISON)
    heard = Heard()
    async with made.sequencing(observer=heard) as sequencer:
        async with made.head_held():
            first = sequencer.enqueue(Unit([comment("first")]))
            await asyncio.sleep(0.05)
            good = [sequencer.enqueue(Unit([comment(number, "paris")])) for number in range(20)]
            bad = sequencer.enqueue(Unit([comment("a", "paris"), comment("poison", "paris")]))
            good += [sequencer.enqueue(Unit([comment(number, "paris")])) for number in range(20, 33)]
            worse = sequencer.enqueue(Unit([comment("poisoned")]))
        outcomes = [(await answer)[0] for answer in (first, *good)]
        for refused in (bad, worse):
            with pytest.raises(NotStorable):
                await refused
        assert [made.verify(outcome) for outcome in outcomes] == list(range(34))
        assert await append(sequencer, Unit([comment("a", "paris")])) == [34], "nothing of the refused unit was stored"
    assert sum(heard.batches) == 35
    assert (await made.checkpoint()).size == 35


async def test_a_full_queue_refuses_at_once_and_what_was_taken_is_committed(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencers, "QUEUE_EVENTS", 10)
    async with made.sequencing() as sequencer:
        async with made.head_held():
            taken = [sequencer.enqueue(Unit([comment("first")]))]
            await asyncio.sleep(0.05)
            taken += [sequencer.enqueue(unit) for unit in alone(*(comment(number) for number in range(10)))]
            with pytest.raises(QueueFull):
                sequencer.enqueue(Unit([comment(10)]))
        assert [(await answer)[0].index for answer in taken] == list(range(11))
        assert await append(sequencer, Unit([comment(10)])) == [11], "posted again it lands, once"


async def test_a_queue_is_full_by_bytes_too(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencers, "QUEUE_BYTES", 3_000)
    async with made.sequencing() as sequencer:
        async with made.head_held():
            taken = [sequencer.enqueue(Unit([comment("first")]))]
            await asyncio.sleep(0.05)
            taken.append(sequencer.enqueue(Unit([comment(1, text="x" * 4_000)])))
            with pytest.raises(QueueFull):
                sequencer.enqueue(Unit([comment(2)]))
        await asyncio.gather(*taken)


async def test_a_poster_that_gives_up_waiting_changes_nothing(made: Made) -> None:
    async with made.sequencing() as sequencer:
        async with made.head_held():
            first = sequencer.enqueue(Unit([comment("first")]))
            await asyncio.sleep(0.05)
            patient = sequencer.enqueue(Unit([comment("patient")]))
            hasty = sequencer.enqueue(Unit([comment("hasty", "paris")]))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(hasty, 0.01)
        assert [made.verify((await answer)[0]) for answer in (first, patient)] == [0, 1]
        again = (await sequencer.enqueue(Unit([comment("hasty", "paris")])))[0]
        assert again == Repeated(2)
    assert (await made.checkpoint()).size == 3


async def test_stopping_commits_and_answers_what_was_taken_and_takes_no_more(made: Made) -> None:
    sequencer = sequencers.Sequencer(made.committer(), Observer())
    await sequencer.start()
    async with made.head_held():
        taken = [sequencer.enqueue(unit) for unit in alone(*(comment(number) for number in range(30)))]
        stopping = asyncio.create_task(sequencer.stop())
        await asyncio.sleep(0.05)
        with pytest.raises(QueueFull):
            sequencer.enqueue(Unit([comment("late")]))
    async with asyncio.timeout(10):
        await stopping
    assert [made.verify(answer.result()[0]) for answer in taken] == list(range(30))


async def test_an_error_of_our_own_answers_every_poster_and_the_next_batch_goes_on(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[Exception] = []
    async with made.sequencing(observer=Observer(failed=failed.append)) as sequencer:
        with monkeypatch.context() as patched:
            patched.setattr("ledger.sequencer.committer.sign_checkpoint", lambda *_: 1 // 0)
            answer = sequencer.enqueue(Unit([comment(1)]))
            with pytest.raises(LedgerError):
                await answer
        assert [type(error) for error in failed] == [ZeroDivisionError]
        outcome = (await sequencer.enqueue(Unit([comment(1)])))[0]
        assert isinstance(outcome, Accepted)
        assert made.verify(outcome) == 0
