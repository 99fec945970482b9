import re
from pathlib import Path

import pytest

from ledger.store.migrator import NAME, migrations_dir
from ledger.store.statements import statements
from tests.sql.rules import QUERY, SCHEMA, UNKEYED_QUERIES, broken

CHECKOUT = Path(__file__).resolve().parents[2]
MIGRATIONS = sorted(migrations_dir().glob("*.sql"))
QUERIES = sorted(CHECKOUT.glob("ledger/**/*.sql"))


def blocks(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("file", MIGRATIONS, ids=lambda file: file.name)
def test_every_migration_also_distributes(file: Path) -> None:
    assert [what for statement in statements(file.read_text()) for what in broken(statement, SCHEMA)] == []


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.name)
def test_every_query_also_distributes(file: Path) -> None:
    named = blocks(file.read_text())
    assert named
    found = {name: broken(block, QUERY) for name, block in named if name not in UNKEYED_QUERIES}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("file", MIGRATIONS, ids=lambda file: file.name)
def test_triggers_are_announced_to_citus(file: Path) -> None:
    before, trigger, _ = file.read_text().partition("CREATE TRIGGER")
    assert not trigger or "SET citus.enable_unsafe_triggers = on;" in before


def test_migrations_are_numbered_without_gap_or_repeat() -> None:
    assert all(NAME.fullmatch(file.name) for file in MIGRATIONS)
    assert [int(file.name[:4]) for file in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE ledger.t (a int, ledger_id text, PRIMARY KEY (a, ledger_id))",
        "CREATE TABLE ledger.t (\n    a int PRIMARY KEY\n)",
        "CREATE TABLE ledger.t (\n    ledger_id text PRIMARY KEY,\n    a int NOT NULL UNIQUE\n)",
        "CREATE TABLE ledger.t (ledger_id text)",
        "CREATE UNIQUE INDEX u ON ledger.t (a)",
        "CREATE TABLE ledger.t (ledger_id text PRIMARY KEY REFERENCES ledger.ledgers)",
        "CREATE TABLE ledger.t (ledger_id text, n bigserial, PRIMARY KEY (ledger_id, n))",
        "CREATE FUNCTION f(p_ledger_id text) RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN END $$",
        "CREATE FUNCTION ledger.f(a text) RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN END $$",
        "CREATE FUNCTION ledger.f(p_ledger_id text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN END $$",
        "CREATE FUNCTION ledger.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('a', 'b'); END $$",
        "CREATE FUNCTION ledger.f() RETURNS trigger LANGUAGE plpgsql AS $$PERFORM pg_advisory_xact_lock(1);$$",
        "CREATE FUNCTION ledger.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(1); END $$",
        "GRANT SELECT, UPDATE ON ledger.heads, ledger.entries TO someone",
        "GRANT ALL ON ALL TABLES IN SCHEMA ledger TO someone",
        "CREATE RULE r AS ON UPDATE TO ledger.t DO INSTEAD NOTHING",
    ],
)
def test_a_migration_that_doesn_t_distribute_is_found(statement: str) -> None:
    assert broken(statement, SCHEMA)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT size FROM ledger.heads",
        "INSERT INTO ledger.entries (index, ledger_id) VALUES ($1, $2)",
        "UPDATE ledger.leases SET until = clock_timestamp() WHERE ledger_id = $1",
        "SELECT 1 FROM ledger.jobs FOR UPDATE SKIP LOCKED",
        "SELECT xmin FROM ledger.entries WHERE ledger_id = $1",
        "SELECT unnest($2::uuid[]) FROM ledger.entries WHERE ledger_id = $1",
        "MERGE INTO ledger.heads USING x ON ledger_id = $1 WHEN MATCHED THEN DO NOTHING",
        "SELECT -- ledger_id = $1\n size FROM ledger.heads",
    ],
)
def test_a_query_that_doesn_t_distribute_is_found(statement: str) -> None:
    assert broken(statement, QUERY)
