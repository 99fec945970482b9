"""What the database's owner can do: change what is stored, past every guard."""

import asyncpg

from tests.http.client import Client


async def tampered(client: Client, statement: str, *parameters: object) -> None:
    """Run a statement as the superuser, with triggers off."""
    connection = await asyncpg.connect(
        client.service.database_url, server_settings={"session_replication_role": "replica"}
    )
    try:
        await connection.execute(statement, *parameters)
    finally:
        await connection.close()
