import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from ledger.store.migrator import MigrationRefused, migrate, migrations_dir, pending


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "0001_pre_first.sql").write_text(
        "SET lock_timeout = '7s';\nCREATE TABLE first (a int);\nINSERT INTO first VALUES (1);\n"
    )
    (tmp_path / "0002_post_second.sql").write_text(
        "CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 2; END $$;"
    )
    return tmp_path


@pytest.fixture
async def connection(empty_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


async def test_files_are_applied_in_order_and_once(connection: asyncpg.Connection, directory: Path) -> None:
    names = ["0001_pre_first.sql", "0002_post_second.sql"]
    assert await migrate(connection, directory=directory) == names
    assert await migrate(connection, directory=directory) == []
    assert await connection.fetchval("SELECT count(*) + two() FROM first") == 3


async def test_a_dry_run_and_pending_tell_and_change_nothing(connection: asyncpg.Connection, directory: Path) -> None:
    names = ["0001_pre_first.sql", "0002_post_second.sql"]
    assert await migrate(connection, dry_run=True, directory=directory) == names
    assert await pending(connection, directory=directory) == names
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


async def test_of_concurrent_callers_one_applies_and_the_others_wait(empty_database_url: str, directory: Path) -> None:
    (directory / "0003_pre_slow.sql").write_text("SELECT pg_sleep(0.2);")
    (directory / "0004_post_index.sql").write_text(
        "-- transaction: none\nCREATE INDEX CONCURRENTLY of_first ON first (a);"
    )
    results = await asyncio.gather(*(migrate(empty_database_url, directory=directory) for _ in range(5)))
    assert sorted(map(len, results)) == [0, 0, 0, 0, 4]


async def test_an_edited_applied_file_is_refused_by_name(connection: asyncpg.Connection, directory: Path) -> None:
    await migrate(connection, directory=directory)
    with (directory / "0001_pre_first.sql").open("a") as file:
        file.write("-- harmless\n")
    (directory / "0003_pre_third.sql").write_text("CREATE TABLE third ();")
    with pytest.raises(MigrationRefused, match=r"0001_pre_first\.sql was edited"):
        await migrate(connection, directory=directory)
    assert await connection.fetchval("SELECT to_regclass('third')") is None


async def test_a_database_ahead_of_this_version_is_refused(connection: asyncpg.Connection, directory: Path) -> None:
    await migrate(connection, directory=directory)
    (directory / "0002_post_second.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"0002_post_second\.sql, which this version doesn't know"):
        await pending(connection, directory=directory)


async def test_a_failing_file_leaves_nothing_of_itself_and_everything_before(
    connection: asyncpg.Connection, directory: Path
) -> None:
    (directory / "0003_pre_broken.sql").write_text("CREATE TABLE third ();\nSELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError) as caught:
        await migrate(connection, directory=directory)
    assert caught.value.__notes__ == ["in migration 0003_pre_broken.sql"]
    assert await connection.fetchval("SELECT to_regclass('third')") is None
    assert await pending(connection, directory=directory) == ["0003_pre_broken.sql"]
    assert (
        await connection.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        == 0
    )


async def test_settings_of_a_file_end_with_it(connection: asyncpg.Connection, directory: Path) -> None:
    await migrate(connection, directory=directory)
    assert await connection.fetchval("SHOW lock_timeout") == "0"


async def test_a_file_may_run_outside_a_transaction(connection: asyncpg.Connection, directory: Path) -> None:
    index = (
        "-- transaction: none\nCREATE INDEX CONCURRENTLY one ON first (a);\nCREATE INDEX CONCURRENTLY two ON first (a);"
    )
    (directory / "0003_post_index.sql").write_text(index)
    await migrate(connection, directory=directory)
    assert await connection.fetchval("SELECT count(*) FROM pg_indexes WHERE tablename = 'first'") == 2


@pytest.mark.parametrize("name", ["first.sql", "0003_during_it.sql", "3_pre_short.sql"])
async def test_a_file_with_another_kind_of_name_is_refused(
    connection: asyncpg.Connection, directory: Path, name: str
) -> None:
    (directory / name).write_text("SELECT 1;")
    with pytest.raises(MigrationRefused, match=name):
        await migrate(connection, directory=directory)


async def test_an_installation_without_files_is_refused(connection: asyncpg.Connection, tmp_path: Path) -> None:
    with pytest.raises(MigrationRefused, match="incomplete"):
        await migrate(connection, directory=tmp_path)


async def test_the_project_s_own_files_lead_to_a_database_with_nothing_pending(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    assert list(migrations_dir().glob("*.sql"))
    assert await pending(connection) == []
    await connection.close()
