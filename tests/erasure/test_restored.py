"""A restored backup brings back what was erased; it is found, and erased again by the tombstones of the log."""

import asyncio

import asyncpg

from ledger.store.tokens import Role
from tests.cli.program import Ended, ledgerd
from tests.erasure.case import MARKERS, Case, dump


async def run(case: Case, *arguments: str) -> Ended:
    service = case.client.service
    return await asyncio.to_thread(
        ledgerd, service.settings.data_dir, "erasures", *arguments, DATABASE_URL=service.database_url
    )


async def test_what_came_back_with_a_backup_is_found_and_erased_again(case: Case) -> None:
    dsn = case.client.service.database_url
    superuser = await asyncpg.connect(dsn, server_settings={"session_replication_role": "replica"})
    for table in ("contents", "event_keys"):
        await superuser.execute(f"CREATE TABLE public.{table} AS TABLE ledger.{table}")
    _, [tombstone] = await case.erase()
    clean = await run(case)
    assert (clean.code, f"entry {tombstone} erased" in clean.output, "came back" in clean.output) == (0, True, False)
    for table in ("contents", "event_keys"):
        await superuser.execute(f"DELETE FROM ledger.{table} WHERE index < $1", tombstone - 2)  # noqa: S608
        await superuser.execute(f"INSERT INTO ledger.{table} SELECT * FROM public.{table}")  # noqa: S608
        await superuser.execute(f"DROP TABLE public.{table}")
    await superuser.close()
    found = await run(case)
    assert found.code == 1
    assert "8 came back" in found.output
    assert "Zqvonne" not in found.output + found.errors
    again = await run(case, "--again")
    assert (again.code, "8 came back and were erased again" in again.output) == (0, True)
    text = await dump(dsn)
    assert [marker for marker in MARKERS if marker in text.replace(f"{MARKERS[1]} is right", "")] == []
    assert (await run(case)).code == 0
    for event, index in zip(case.posted, case.at.values(), strict=True):
        answer = await case.client.post(event, role=Role.ADMIN)
        assert (answer.status, answer.document["index"]) == (200, index)
