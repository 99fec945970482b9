# ruff: noqa: S608 - the names of tables and columns are the test's own
"""The database's superuser at work: changes what nobody may change, past every trigger, and can put it all back."""

from dataclasses import dataclass

import asyncpg

TABLES = ("entries", "contents", "tiles", "checkpoints", "heads")


@dataclass(frozen=True, slots=True)
class Intruder:
    """A connection whose triggers are off, and a copy of every table made when it was opened."""

    connection: asyncpg.Connection

    @classmethod
    async def enter(cls, connection: asyncpg.Connection) -> "Intruder":
        """Switch the triggers off and copy the tables."""
        await connection.execute("SET session_replication_role = replica")
        for table in TABLES:
            await connection.execute(f"CREATE TEMP TABLE copy_{table} AS TABLE ledger.{table}")
        return cls(connection)

    async def undo(self) -> None:
        """Put every table back as it was."""
        async with self.connection.transaction():
            for table in TABLES:
                await self.connection.execute(f"DELETE FROM ledger.{table}")
                await self.connection.execute(f"INSERT INTO ledger.{table} SELECT * FROM copy_{table}")

    async def columns(self, table: str) -> dict[str, str]:
        """Return every column of a table with its type."""
        rows = await self.connection.fetch(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'ledger' AND table_name = $1",
            table,
        )
        return {row["column_name"]: row["data_type"] for row in rows}

    async def change(self, table: str, column: str, where: str, expression: str) -> None:
        """Set one column of one row."""
        done = await self.connection.execute(f"UPDATE ledger.{table} SET {column} = {expression} WHERE {where}")
        assert done == "UPDATE 1", done

    async def flip(self, table: str, column: str, where: str, place: int) -> None:
        """Change one byte: its lowest bit."""
        flipped = f"set_byte({column}, {place}, get_byte({column}, {place}) # 1)"
        await self.change(table, column, where, flipped)

    async def length(self, table: str, column: str, where: str) -> int:
        """Return how many bytes a column of one row has."""
        value = await self.connection.fetchval(f"SELECT octet_length({column}) FROM ledger.{table} WHERE {where}")
        return int(value)

    async def execute(self, statement: str) -> None:
        """Run a statement of any kind."""
        await self.connection.execute(statement)
