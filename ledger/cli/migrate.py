"""`ledgerd migrate`."""

import asyncio
from typing import Annotated

import typer


def migrate(
    *, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be applied.")] = False
) -> None:
    """Bring the database up to this version. Any number may run at once: one does the work, the others wait.

    For instance:

        ledgerd migrate --dry-run

        DATABASE_URL=postgresql://owner@db/ledger ledgerd migrate
    """
    from ledger.cli.configuration import read_settings
    from ledger.cli.database import database
    from ledger.store import migrator
    from ledger.store.connections import unavailable

    async def apply(dsn: str) -> list[str]:
        with unavailable():
            return await migrator.migrate(dsn, dry_run=dry_run)

    with database(read_settings(), migrated=False) as dsn:
        names = asyncio.run(apply(dsn))
    for name in names:
        typer.echo(f"{'would apply' if dry_run else 'applied'} {name}")
    if not names:
        typer.echo("the database is up to date")
