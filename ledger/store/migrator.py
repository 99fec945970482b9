"""Bring a database up to this code: plain SQL files, applied once, in order of their names, never edited afterwards."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

import ledger
from ledger.store.statements import statements

NAME = re.compile(r"\d{4}_(pre|post)_[a-z0-9_]+\.sql")
OUTSIDE_TRANSACTION = "-- transaction: none\n"
_LOCK = 0x6C6564676572  # "ledger", so that no other program's advisory lock is ours
_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS public.schema_migration (
    name text PRIMARY KEY, sha256 bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
GRANT SELECT ON public.schema_migration TO PUBLIC"""


class MigrationRefused(Exception):
    """The database and the files of this version contradict each other; the message says which file and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    name: str
    content: bytes

    @property
    def sha256(self) -> bytes:
        """Return what the database remembers of the file."""
        return hashlib.sha256(self.content).digest()


def migrations_dir() -> Path:
    """Return the folder of the files: inside an installed package, or at the top of a checkout."""
    package = Path(ledger.__file__).parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


async def migrate(
    database: str | asyncpg.Connection, *, dry_run: bool = False, directory: Path | None = None
) -> list[str]:
    """Apply what the database lacks and return the names; with `dry_run` only return them.

    Any number of callers may come at once: one applies, the others wait and find nothing left. Raises MigrationRefused;
    an error of PostgreSQL leaves the files before it applied and carries the failing file as a note.
    """
    if isinstance(database, str):
        connection = await asyncpg.connect(database)
        try:
            return await migrate(connection, dry_run=dry_run, directory=directory)
        finally:
            await connection.close()
    if dry_run:
        return await pending(database, directory=directory)
    async with _alone(database):
        await database.execute(_CREATE_TABLE)
        missing = await _missing(database, directory)
        for migration in missing:
            await _apply(database, migration)
    return [migration.name for migration in missing]


async def pending(connection: asyncpg.Connection, *, directory: Path | None = None) -> list[str]:
    """Return the names of the files that the database lacks, without changing it. Raises MigrationRefused."""
    return [migration.name for migration in await _missing(connection, directory)]


async def _missing(connection: asyncpg.Connection, directory: Path | None) -> Sequence[Migration]:
    known = _read(directory or migrations_dir())
    applied: dict[str, bytes] = {}
    if await connection.fetchval("SELECT to_regclass('public.schema_migration')"):
        rows = await connection.fetch("SELECT name, sha256 FROM public.schema_migration ORDER BY name")
        applied = {row["name"]: row["sha256"] for row in rows}
    _compare({migration.name: migration.sha256 for migration in known}, applied)
    return [migration for migration in known if migration.name not in applied]


def _read(directory: Path) -> Sequence[Migration]:
    files = sorted(directory.glob("*.sql"))
    if not files:
        raise MigrationRefused(f"no migrations in {directory}: the installation is incomplete")
    for file in files:
        if not NAME.fullmatch(file.name):
            raise MigrationRefused(f"{file.name} isn't named NNNN_pre_what.sql or NNNN_post_what.sql")
    return [Migration(file.name, file.read_bytes()) for file in files]


def _compare(known: dict[str, bytes], applied: dict[str, bytes]) -> None:
    for name, sha256 in applied.items():
        if name not in known:
            raise MigrationRefused(
                f"the database has {name}, which this version doesn't know: run the version that brought it"
            )
        if known[name] != sha256:
            raise MigrationRefused(
                f"{name} was edited after it had been applied: restore it, and correct it by a new migration"
            )


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    text = migration.content.decode()
    try:
        if text.startswith(OUTSIDE_TRANSACTION):
            await _execute(connection, migration, text)
        else:
            async with connection.transaction():
                await _execute(connection, migration, text)
    except asyncpg.PostgresError as error:
        error.add_note(f"in migration {migration.name}")
        raise
    finally:
        await connection.execute("RESET ALL")  # a file's SET ends with it


async def _execute(connection: asyncpg.Connection, migration: Migration, text: str) -> None:
    for statement in statements(text):
        await connection.execute(statement)
    await connection.execute(
        "INSERT INTO public.schema_migration (name, sha256) VALUES ($1, $2)", migration.name, migration.sha256
    )


@asynccontextmanager
async def _alone(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Hold the migrators' lock.

    Waiting for it inside PostgreSQL would hold a snapshot, for whose end CREATE INDEX CONCURRENTLY waits in turn.
    """
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)
    try:
        yield
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
