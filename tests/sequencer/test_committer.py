"""Appending from several processes: each follows the others, and none answers from what it only remembers."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from ledger.sequencer.committer import Committed, Committer
from ledger.sequencer.draft import Unit
from ledger.sequencer.errors import IdConflict, SeqConflict, StorageCorrupt, TooManyGaps
from ledger.sequencer.numbering import MAX_GAPS
from ledger.sequencer.placement import Placed, Placement
from tests.sequencer.drafts import alone, comment
from tests.sequencer.made import Made


async def answers(committer: Committer, *units: Unit) -> list[object]:
    done = await committer.commit(units)
    placement = done.placement if isinstance(done, Committed) else done
    return list(placement.answers)


async def test_two_processes_in_turn_write_one_history(made: Made) -> None:
    async with made.committing() as one, made.committing() as other:
        for number in range(12):
            committer = one if number % 3 else other
            assert await answers(committer, Unit([comment(number, "paris")])) == [[Placed(number, new=True)]]
    links = [json.loads(entry)["incident"] for entry in await made.entries()]
    assert [link["seq"] for link in links] == list(range(1, 13))
    assert (await made.checkpoint()).size == 12


async def test_many_processes_at_once_wait_for_each_other_and_all_succeed(made: Made) -> None:
    async def appending(process: int) -> None:
        async with made.committing() as committer:
            for number in range(8):
                units = alone(*(comment(f"{process}-{number}-{each}", "paris") for each in range(3)))
                assert isinstance(await committer.commit(units), Committed)

    async with asyncio.timeout(60):
        await asyncio.gather(*(appending(process) for process in range(6)))
    assert (await made.checkpoint()).size == 6 * 8 * 3


async def test_the_same_events_at_two_processes_land_once(made: Made) -> None:
    units = alone(*(comment(number, "paris") for number in range(20)))
    async with made.committing() as one, made.committing() as other:
        both = await asyncio.gather(one.commit(units), other.commit(units))
    assert sorted(isinstance(done, Placement) for done in both) == [False, True]
    assert (await made.checkpoint()).size == 20


async def test_an_expected_version_is_held_against_the_log_not_against_what_was_remembered(made: Made) -> None:
    async with made.committing() as one, made.committing() as other:
        await one.commit([Unit([comment(1, "paris")])])
        await other.commit([Unit([comment(2, "paris")])])
        [refused] = await answers(one, Unit([comment(9, "paris")], expected_seq=1))
        assert isinstance(refused, SeqConflict)
        assert (refused.expected, refused.actual) == (1, 2)
        await other.commit([Unit([comment(3, "paris")])])
        assert await answers(one, Unit([comment(4, "paris")], expected_seq=3)) == [[Placed(3, new=True)]]


async def test_gaps_that_another_process_filled_make_room_here(made: Made) -> None:
    async with made.committing() as one, made.committing() as other:
        await one.commit(alone(*(comment(number, sequence=2 * number) for number in range(1, MAX_GAPS + 1))))
        [refused] = await answers(one, Unit([comment("far", sequence=3 * MAX_GAPS)]))
        assert isinstance(refused, TooManyGaps)
        await other.commit([Unit([comment("late", sequence=1)])])
        [placed] = await answers(one, Unit([comment("far", sequence=3 * MAX_GAPS)]))
        assert isinstance(placed, list)


async def test_a_repetition_is_recognised_by_a_process_that_never_saw_the_first(made: Made) -> None:
    first = Unit([comment(1, "paris", 1)], expected_seq=0)
    async with made.committing() as one:
        await one.commit([first])
    async with made.committing() as other:
        assert await answers(other, first) == [[Placed(0, new=False)]]
        assert await answers(other, Unit([comment(1, "paris", 1)], expected_seq=0)) == [[Placed(0, new=False)]]
        [conflict] = await answers(other, Unit([comment(1, "paris", 1, text="other")]))
        assert isinstance(conflict, IdConflict)
        assert conflict.index == 0
    assert (await made.checkpoint()).size == 1


async def test_a_repetition_among_new_events_is_answered_and_leaves_no_hole(made: Made) -> None:
    async with made.committing() as one, made.committing() as other:
        await one.commit(alone(comment(1), comment(2)))
        placed = await answers(other, *alone(comment("a"), comment(2), comment("b"), comment(1)))
    assert placed == [
        [Placed(2, new=True)],
        [Placed(1, new=False)],
        [Placed(3, new=True)],
        [Placed(0, new=False)],
    ]
    assert (await made.checkpoint()).size == 4


async def test_accepted_at_never_decreases_even_if_the_clock_does(made: Made) -> None:
    now = datetime(2026, 11, 22, 14, tzinfo=UTC)
    for process, lag in enumerate((0, 30, 10, 60)):
        committer = made.committer()
        committer._clock = lambda lag=lag: now - timedelta(seconds=lag)  # type: ignore[misc]
        await committer.commit([Unit([comment(process)])])
        await committer.close()
    told = [json.loads(entry)["accepted_at"] for entry in await made.entries()]
    assert told == ["2026-11-22T14:00:00.000000Z"] * 4


async def test_a_sources_head_that_was_set_back_stops_the_ledger_instead_of_looping(made: Made) -> None:
    async with made.committing() as committer:
        await committer.commit(alone(comment(1, sequence=1), comment(5, sequence=5)))
    await made.execute("UPDATE ledger.source_heads SET seq = 1, gaps = '[]'")
    async with made.committing() as committer, asyncio.timeout(10):
        with pytest.raises(StorageCorrupt):
            await committer.commit([Unit([comment(6, sequence=5)])])
    assert (await made.checkpoint()).size == 3
