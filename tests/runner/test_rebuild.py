"""A projection built anew beside the one that readers see: they have answers all the while, then the new ones."""

import asyncio

from ledger.runner.builds import begin_rebuild
from projections import PROJECTIONS
from tests.runner.shelves import Counts, NewerCounts, caught_up, cursors, logged, replayed, running, seen, shelved
from tests.runner.test_runner import counted, grow
from tests.sequencer.made import NAME, Made


async def rebuild(made: Made, *projections: Counts) -> None:
    async with made.superuser() as superuser:
        for projection in projections:
            await begin_rebuild(superuser, NAME, projection)


async def test_a_rebuild_switches_when_it_has_caught_up_and_leaves_nothing_of_the_old(made: Made) -> None:
    await grow(made, 1200)
    async with running(made, [Counts()]) as runner:
        await caught_up(runner)
        await made.execute("UPDATE ledger.projection_rows SET row = '{\"indexes\": [666]}'")
        await rebuild(made, Counts())
        assert counted(await shelved(made)) == [666], "readers still see the old one"
        await caught_up(runner)
    assert await cursors(made) == {("counts", 1001): (1200, True)}
    assert counted(await shelved(made, live=False)) == list(range(1200))


async def test_readers_see_every_event_once_at_every_moment_of_a_rebuild_under_load(made: Made) -> None:
    await grow(made, 1500)
    async with running(made, [Counts()]) as runner:
        await caught_up(runner)
        await rebuild(made, Counts())
        await runner.start()
        growing, last = asyncio.create_task(grow(made, *[5] * 60)), 1500
        async with asyncio.timeout(60):
            while not growing.done() or (await cursors(made)) != {("counts", 1001): (1800, True)}:
                now = counted(await shelved(made))
                assert now == list(range(len(now)))
                assert len(now) >= last, "what readers have seen once they go on seeing"
                last = len(now)
                await asyncio.sleep(0.01)
        await growing


async def test_the_live_build_keeps_up_while_a_long_rebuild_goes_on(made: Made) -> None:
    await grow(made, 2000)
    async with running(made, [Counts()]) as runner:
        await caught_up(runner)
        await rebuild(made, Counts())
        await grow(made, 7)
        async with asyncio.timeout(20):
            await runner._round()
        assert (await cursors(made))["counts", 1000] == (2007, True)
        assert (await cursors(made))["counts", 1001] == (500, False)


async def test_a_rebuild_of_one_projection_at_the_same_place_as_its_live_build_mixes_no_rows(made: Made) -> None:
    async with running(made, [Counts()]) as runner:
        await caught_up(runner)
        await grow(made, 10)
        await rebuild(made, Counts())
        await caught_up(runner)
        await grow(made, 10)
        await rebuild(made, Counts())
        await caught_up(runner)
    assert counted(await shelved(made, live=False)) == list(range(20))
    assert await cursors(made) == {("counts", 1002): (20, True)}


async def test_a_newer_version_of_the_code_builds_beside_and_takes_over(made: Made) -> None:
    await grow(made, 700)
    async with running(made, [Counts()]) as old:
        await caught_up(old)
    async with running(made, [NewerCounts()]) as new:
        await caught_up(new)
    assert await cursors(made) == {("counts", 2000): (700, True)}
    assert counted(await shelved(made, live=False)) == list(range(700))


async def test_processes_of_the_old_code_do_not_take_it_back_during_an_upgrade(made: Made) -> None:
    await grow(made, 100)
    async with running(made, [Counts()]) as old, running(made, [NewerCounts()]) as new:
        await caught_up(old)
        for _ in range(3):
            await grow(made, 30)
            await caught_up(new)
            await caught_up(old)
            assert (await cursors(made))["counts", 2000][1], "the newer build stays the one that readers see"
    assert await cursors(made) == {("counts", 2000): (190, True)}


async def test_a_rebuild_begun_with_the_old_code_does_not_take_it_back_either(made: Made) -> None:
    await grow(made, 100)
    async with running(made, [Counts()]) as old, running(made, [NewerCounts()]) as new:
        await caught_up(new)
        await rebuild(made, Counts())
        await caught_up(old)
    assert (await cursors(made))["counts", 2000] == (100, True)


async def test_the_old_code_alone_goes_on_while_the_new_build_is_not_ready(made: Made) -> None:
    await grow(made, 1200)
    async with running(made, [Counts()]) as old, running(made, [NewerCounts()]) as new:
        await caught_up(old)
        async with asyncio.timeout(20):
            await new._round()
        await grow(made, 10)
        await caught_up(old)
        assert await cursors(made) == {("counts", 1000): (1210, True), ("counts", 2000): (500, False)}
        assert counted(await shelved(made)) == list(range(1210))
        await caught_up(new)
    assert await cursors(made) == {("counts", 2000): (1210, True)}


async def test_two_processes_build_the_same_rebuild_once(made: Made) -> None:
    await grow(made, 1300)
    async with running(made, [Counts()]) as one, running(made, [Counts()]) as other:
        await caught_up(one)
        await rebuild(made, Counts())
        await asyncio.gather(caught_up(one), caught_up(other))
        await asyncio.gather(caught_up(one), caught_up(other))
    assert await cursors(made) == {("counts", 1001): (1300, True)}
    assert counted(await shelved(made, live=False)) == list(range(1300))


async def test_every_projection_of_the_service_rebuilds_to_what_it_was(made: Made) -> None:
    await grow(made, 650)
    async with running(made, PROJECTIONS) as runner:
        await caught_up(runner)
        before = seen(await shelved(made))
        async with made.superuser() as superuser:
            for projection in PROJECTIONS:
                await begin_rebuild(superuser, NAME, projection)
        await caught_up(runner)
    rows = await shelved(made, live=False)
    assert {place.number % 1000 for place in rows} == {1}
    assert seen(rows) == before == replayed(PROJECTIONS, await logged(made))
