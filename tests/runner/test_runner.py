"""The runner on a real database: every event folded once, in order, whoever folds and whatever fails."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings

from ledger.runner.folding import Place, Steps
from ledger.runner.runner import LogHasGap
from ledger.sequencer.draft import Unit
from ledger.store.connections import Connection, open_pool
from ledger.store.ledgers import create_ledger
from ledger.store.ports import StoreUnavailable
from projections import PROJECTIONS
from projections.projection import RowKey
from tests.projections.histories import Step, histories, posted
from tests.runner.shelves import Counts, caught_up, cursors, logged, replayed, running, seen, shelved
from tests.sequencer.drafts import NOW, comment
from tests.sequencer.made import Made


async def grow(made: Made, *sizes: int) -> None:
    start = len(await made.entries())
    async with made.committing() as committer:
        for size in sizes:
            await committer.commit([Unit([comment(start + number, "paris")]) for number in range(size)])
            start += size


async def folded(made: Made, size: int) -> None:
    while (await cursors(made)).get(("counts", 1000)) != (size, True):
        await asyncio.sleep(0.02)


def counted(made_rows: dict[Place, str], incident: str = "paris") -> list[int]:
    [row] = [row for place, row in made_rows.items() if place.key == RowKey(incident, "count")]
    indexes: list[int] = json.loads(row)["indexes"]
    return indexes


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories)
async def test_what_is_kept_up_in_the_database_equals_a_replay_at_every_moment(made: Made, history: list[Step]) -> None:
    async with made.committing() as committer, running(made, PROJECTIONS) as runner:
        start = len(await made.entries())
        for place, step in enumerate(history):
            renamed = step._replace(id=start + step.id)
            await committer.commit([Unit([posted(renamed, start + place)])])
            if place % 3 == 2 or step is history[-1]:
                await caught_up(runner)
                assert seen(await shelved(made)) == replayed(PROJECTIONS, await logged(made))


async def test_slices_and_commits_need_not_coincide(made: Made) -> None:
    async with running(made, [*PROJECTIONS, Counts()]) as runner:
        for sizes in ((3,), (700, 600), (1,), (499, 1, 500)):
            await grow(made, *sizes)
            await caught_up(runner)
        events = await logged(made)
        assert counted(await shelved(made, Counts())) == list(range(len(events)))
        assert seen(await shelved(made)) == replayed([*PROJECTIONS, Counts()], events)


async def test_two_runners_fold_each_event_once(made: Made) -> None:
    await grow(made, 900)
    async with running(made, [Counts()]) as one, running(made, [Counts()]) as other:
        growing = asyncio.create_task(grow(made, *[37] * 30))
        while not growing.done():
            await asyncio.gather(caught_up(one), caught_up(other))
        await growing
        await asyncio.gather(caught_up(one), caught_up(other))
    assert counted(await shelved(made)) == list(range(900 + 37 * 30))


async def test_a_runner_that_falls_behind_within_a_slice_takes_nothing_back(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(made, 1200)
    async with running(made, [Counts()]) as slow, running(made, [Counts()]) as quick:
        fold = slow._fold

        async def dawdle(connection: Connection, todo: Steps) -> None:
            await asyncio.sleep(0.3)
            await fold(connection, todo)

        monkeypatch.setattr(slow, "_fold", dawdle)
        await asyncio.gather(caught_up(slow), caught_up(quick))
    assert await cursors(made) == {("counts", 1000): (1200, True)}
    assert counted(await shelved(made)) == list(range(1200))


async def test_a_runner_that_dies_in_a_slice_leaves_nothing_of_it(made: Made) -> None:
    class Failing(Counts):
        def fold(self, row, key, event):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if event.index == 750:
                raise ZeroDivisionError
            return super().fold(row, key, event)

    await grow(made, 900)
    async with running(made, [Failing()]) as runner:
        with pytest.raises(ZeroDivisionError):
            await caught_up(runner)
    assert await cursors(made) == {("counts", 1000): (500, True)}
    assert counted(await shelved(made)) == list(range(500))
    async with running(made, [Counts()]) as runner:
        await caught_up(runner)
    assert counted(await shelved(made)) == list(range(900))


async def test_a_fold_that_fails_is_told_and_does_not_end_the_runner(made: Made) -> None:
    failed: list[Exception] = []
    broken = True

    class Sometimes(Counts):
        def fold(self, row, key, event):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if broken:
                raise ZeroDivisionError
            return super().fold(row, key, event)

    await grow(made, 3)
    async with running(made, [Sometimes()], failed) as runner, asyncio.timeout(20):
        await runner.start()
        while not failed:
            await asyncio.sleep(0.01)
        broken = False
        await folded(made, 3)
    assert isinstance(failed[0], ZeroDivisionError)


async def test_a_missing_entry_stops_the_projections_before_it(made: Made) -> None:
    await grow(made, 600)
    await made.execute("DELETE FROM ledger.entries WHERE index = 555")
    async with running(made, [Counts()]) as runner:
        with pytest.raises(LogHasGap):
            await caught_up(runner)
    assert counted(await shelved(made)) == list(range(500))


async def test_a_hint_is_followed_at_once_and_a_lost_one_within_a_moment(made: Made) -> None:
    async with running(made, [Counts()]) as runner, asyncio.timeout(20):
        await runner.start()
        for hinted in (True, False):
            await grow(made, 2)
            size = len(await made.entries())
            if hinted:
                runner.wake()
            await folded(made, size)


async def test_a_database_that_goes_away_is_waited_for(made: Made) -> None:
    await grow(made, 5)
    async with running(made, [Counts()]) as runner:
        await caught_up(runner)
        await grow(made, 5)
        await made.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'ledgerd'"
        )
        for _ in range(10):
            try:
                await caught_up(runner)
                break
            except StoreUnavailable:
                await asyncio.sleep(0.05)
    assert counted(await shelved(made)) == list(range(10))


async def test_ledgers_share_tables_but_no_rows(made: Made) -> None:
    async with open_pool(made.dsn, size=1) as pool:
        await create_ledger(pool, "other", made.key, NOW)
    await grow(made, 3)
    async with running(made, [Counts()]) as runner:
        await caught_up(runner)
    async with made.superuser() as superuser:
        assert await superuser.fetchval("SELECT count(*) FROM ledger.projection_cursors WHERE ledger_id = 'other'") == 0
