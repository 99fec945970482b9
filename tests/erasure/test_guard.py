# ruff: noqa: S608 - the names of tables are the test's own
"""The database lets nothing pass but what a tombstone in its log names, whoever asks."""

import json
from typing import Any

import asyncpg
import pytest

from tests.erasure.case import Case

SHORTER = "UPDATE ledger.contents SET openings = '{}' WHERE index = $1"
MARKED = """UPDATE ledger.contents SET erased = convert_to('{"text":%d}', 'UTF8'), openings = convert_to((
    convert_from(openings, 'UTF8')::jsonb - 'text')::text, 'UTF8') WHERE index = $1"""


@pytest.mark.parametrize(
    "statement",
    [
        SHORTER,
        MARKED % 0,
        "UPDATE ledger.contents SET erased = '{}' WHERE index = $1",
        "UPDATE ledger.contents SET index = 99 WHERE index = $1",
        "DELETE FROM ledger.contents WHERE index = $1",
        "UPDATE ledger.event_keys SET id = 'x' WHERE index = $1",
        "UPDATE ledger.event_keys SET id = E'\\x1f' || repeat('A', 43), content = sha256('x') WHERE index = $1",
        "DELETE FROM ledger.event_keys WHERE index = $1",
        "UPDATE ledger.entries SET entry = '' WHERE index = $1",
    ],
)
async def test_not_even_the_owner_rewrites(case: Case, statement: str) -> None:
    connection = await asyncpg.connect(case.client.service.database_url)
    try:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await connection.execute(statement, case.at["other"])
        assert refused.value.sqlstate == "LD002"
    finally:
        await connection.close()


async def test_a_tombstone_lets_go_of_what_it_names_alone(case: Case) -> None:
    _, [tombstone] = await case.erase()
    connection = await asyncpg.connect(case.client.service.database_url)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await connection.execute(MARKED % tombstone, case.at["other"])
    assert refused.value.sqlstate == "LD002"
    await connection.close()


@pytest.mark.parametrize("table", ["contents", "event_keys", "entries"])
async def test_the_services_role_has_no_right_to_rewrite(case: Case, table: str) -> None:
    connection = await asyncpg.connect(case.client.service.database_url, server_settings={"role": "ledgerd_service"})
    for statement in (
        f"UPDATE ledger.{table} SET index = index",
        f"DELETE FROM ledger.{table}",
        f"TRUNCATE ledger.{table}",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


async def test_the_function_that_erases_can_not_be_misled(case: Case) -> None:
    connection = await asyncpg.connect(case.client.service.database_url, server_settings={"role": "ledgerd_service"})
    row: dict[str, Any] = {"index": case.at["other"], "openings": "{}", "erased": '{"text":0}'}
    with pytest.raises(asyncpg.PostgresError) as refused:
        await connection.execute("SELECT ledger.erase('demo', $1::jsonb)", json.dumps([row]))
    assert refused.value.sqlstate == "LD002"
    await connection.close()
