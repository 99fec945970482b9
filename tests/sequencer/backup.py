"""A backup of a ledger's tables, and its restoration by the database's superuser."""

from io import BytesIO

from tests.sequencer.made import Made

Backup = dict[str, bytes]
TABLES = (
    "heads",
    "entries",
    "contents",
    "event_keys",
    "incident_heads",
    "source_heads",
    "tiles",
    "checkpoints",
    "projection_rows",
    "projection_cursors",
)


async def back_up(made: Made) -> Backup:
    backup: Backup = {}
    async with made.superuser() as superuser, superuser.transaction(isolation="repeatable_read"):
        for table in TABLES:
            content = BytesIO()
            await superuser.copy_from_table(table, schema_name="ledger", output=content, format="binary")
            backup[table] = content.getvalue()
    return backup


async def restore(made: Made, backup: Backup) -> None:
    async with made.superuser() as superuser, superuser.transaction():
        for table, content in backup.items():
            await superuser.execute(f"DELETE FROM ledger.{table}")  # noqa: S608 - the names above
            await superuser.copy_to_table(table, schema_name="ledger", source=BytesIO(content), format="binary")
