# ruff: noqa: S608 - the names of tables and columns are the test's own
"""Nobody can change the log unseen, not even the superuser of its database."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store.tokens import Role
from tests.audit.auditor import audit, names_index
from tests.audit.intruder import Intruder
from tests.audit.story import SIZE
from tests.cli.target import Client
from tests.service.fixture import Service

IN_FULL_TILE, IN_BATCH, ALONE, LAST = 7, 258, 268, SIZE - 1
INDEXES = (IN_FULL_TILE, IN_BATCH, ALONE, LAST)
PLACES = 5
ROUTES = (
    "",
    "/checkpoint",
    "/events?limit=1000",
    "/events?format=ndjson",
    "/events/{index}",
    "/events/{index}/receipt",
    "/proofs/inclusion?index={index}",
    "/proofs/consistency?from=3",
    "/tile/0/000",
    "/tile/entries/000",
    "/incidents/paris-outage/timeline?limit=1000",
)


FALSE_CLAIM = """convert_to('{"id":0}', 'UTF8')"""


def spread(length: int) -> Iterator[int]:
    """Places all over a column: the first and the last byte, and some between."""
    yield from sorted({*range(0, length, max(length // PLACES, 1)), length - 1})


async def assert_answers(service: Service, index: int) -> None:
    """Damaged data is shown or refused, and never makes the service fail."""
    for role in (Role.READER, Role.AUDITOR):
        for route in ROUTES:
            url = service.url + route.format(index=index)
            async with service.session.get(url, headers=service.bearer(role)) as response:
                await response.read()
                assert response.status < 500, (route, role, await response.text())


async def test_an_untouched_log_is_valid(kept: Service, fresh_memory: Path) -> None:
    for role in (None, Role.POSTER, Role.READER, Role.AUDITOR):
        report = await audit(kept, fresh_memory, role)
        assert (report.findings, report.valid) == ([], report.entries)
        assert report.entries >= SIZE, "the story, and what auditors read of it"


@pytest.mark.parametrize("table", ["entries", "contents"])
async def test_a_changed_column_is_found_with_its_index(
    kept: Service, intruder: Intruder, fresh_memory: Path, table: str
) -> None:
    columns = await intruder.columns(table)
    assert {"ledger_id", "index"} < columns.keys()
    for index in INDEXES:
        where = f"index = {index}"
        for column, kind in columns.items():
            changes = {"text": f"{column} || 'x'", "bigint": f"{column} + 1000"}
            if column == "erased":  # null: nothing was
                await intruder.change(table, column, where, FALSE_CLAIM)
                report = await audit(kept, fresh_memory)
                assert names_index(report, index), report.lines()
                await intruder.change(table, column, where, "'nothing to read'")
                await assert_answers(kept, index)
                await intruder.undo()
            elif kind == "bytea":
                for place in spread(await intruder.length(table, column, where)):
                    await intruder.flip(table, column, where, place)
                    report = await audit(kept, fresh_memory)
                    assert names_index(report, index), (column, index, place, report.lines())
                    await intruder.undo()
            else:
                await intruder.change(table, column, where, changes[kind])
                report = await audit(kept, fresh_memory)
                assert names_index(report, index), (column, index, report.lines())
                await assert_answers(kept, index)
                await intruder.undo()


async def test_a_changed_column_of_a_tile_is_found_with_the_tile_or_the_index(
    kept: Service, intruder: Intruder, fresh_memory: Path
) -> None:
    changes = {"text": "{} || 'x'", "bigint": "{} + 1000", "smallint": "({} + 20)::smallint"}
    for column, kind in (await intruder.columns("tiles")).items():
        if kind == "bytea":
            for place in spread(256 * 32):
                await intruder.flip("tiles", column, "n = 0", place)
                report = await audit(kept, fresh_memory)
                assert names_index(report, place // 32), report.lines()
                await intruder.undo()
        else:
            await intruder.change("tiles", column, "n = 0", changes[kind].format(column))
            report = await audit(kept, fresh_memory)
            assert any("tile/0/000 is missing" in finding.detail for finding in report.findings), report.lines()
            await assert_answers(kept, IN_FULL_TILE)
            await intruder.undo()


@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize("table", ["entries", "contents"])
async def test_a_deleted_row_is_found_with_its_index(
    kept: Service, intruder: Intruder, fresh_memory: Path, table: str, index: int
) -> None:
    await intruder.execute(f"DELETE FROM ledger.{table} WHERE index = {index}")
    report = await audit(kept, fresh_memory)
    assert report.first_bad == index
    assert report.valid < report.entries
    await assert_answers(kept, index)


async def test_the_command_says_invalid_and_which_index_is_the_first_bad_one(
    kept: Service, intruder: Intruder, tmp_path: Path
) -> None:
    await intruder.flip("contents", "openings", f"index = {IN_FULL_TILE}", 30)
    done = await Client(kept, tmp_path).run("verify", kept.url, role=Role.AUDITOR)
    assert done.code == 1
    counted = re.search(r"(\d+) of (\d+) entries valid", done.output)
    assert counted is not None
    assert int(counted[1]) == int(counted[2]) - 1
    assert done.output.splitlines()[-2:] == [f"first bad index: {IN_FULL_TILE}", "INVALID"]


async def test_deleted_entries_are_found_without_a_token(kept: Service, intruder: Intruder, fresh_memory: Path) -> None:
    await intruder.execute(f"DELETE FROM ledger.entries WHERE index IN ({IN_FULL_TILE}, {LAST})")
    report = await audit(kept, fresh_memory, None)
    assert names_index(report, IN_FULL_TILE)
    assert names_index(report, LAST)


@pytest.mark.parametrize(("one", "other"), [(3, 9), (IN_BATCH, ALONE), (ALONE, LAST)])
@pytest.mark.parametrize("table", ["entries", "contents"])
async def test_two_swapped_rows_are_found(
    kept: Service, intruder: Intruder, fresh_memory: Path, table: str, one: int, other: int
) -> None:
    for before, after in ((one, -1), (other, one), (-1, other)):
        await intruder.change(table, "index", f"index = {before}", str(after))
    report = await audit(kept, fresh_memory)
    assert names_index(report, one)
    assert names_index(report, other)


async def test_openings_spelt_otherwise_with_the_same_meaning_are_found(
    kept: Service, intruder: Intruder, fresh_memory: Path
) -> None:
    spaced = "convert_to(replace(convert_from(openings, 'UTF8'), ':{', ': {'), 'UTF8')"
    await intruder.change("contents", "openings", f"index = {ALONE}", spaced)
    assert names_index(await audit(kept, fresh_memory), ALONE)


async def test_contents_that_were_all_deleted_are_all_missed(
    kept: Service, intruder: Intruder, fresh_memory: Path
) -> None:
    await intruder.execute("DELETE FROM ledger.contents")
    report = await audit(kept, fresh_memory)
    assert (report.valid, report.first_bad) == (0, 0)


async def test_a_log_cut_back_to_an_older_checkpoint_is_found_by_whoever_remembers(
    kept: Service, intruder: Intruder, fresh_memory: Path
) -> None:
    whole = await audit(kept, fresh_memory)
    assert whole.ok
    older = SIZE - 3
    for table in ("entries", "contents"):
        await intruder.execute(f"DELETE FROM ledger.{table} WHERE index >= {older}")
    await intruder.execute(f"DELETE FROM ledger.checkpoints WHERE size > {older}")
    report = await audit(kept, fresh_memory)
    assert [f"rolled back: the checkpoint covers {older} entries, {whole.entries} were signed before"] == [
        finding.detail for finding in report.findings
    ]
    assert (await audit(kept, fresh_memory / "a stranger's")).ok, "nothing else tells it from a younger log"
