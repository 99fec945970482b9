"""`ledgerd ledger create` and `ledgerd ledger list`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import asyncpg

    from ledger.settings import Settings
    from ledger.store.ledgers import LedgerRow


def create_ledger(
    name: Annotated[str, typer.Argument(help="Its name in URLs: a-z, 0-9 and -.")],
    origin: Annotated[
        str | None, typer.Option(help="What its checkpoints are headed with, for ever; else from LEDGERD_PUBLIC_URL.")
    ] = None,
) -> None:
    """Found a ledger: make its key in the keys folder and its empty, signed log.

    For instance:

        ledgerd ledger create acme

        ledgerd ledger create acme --origin ledger.example.com/ledgers/acme
    """
    from ledger.cli.configuration import read_settings
    from ledger.cli.database import on_database

    settings = read_settings()
    row = on_database(partial(_create, settings=settings, name=name, origin=origin or settings.origin_of(name)))
    typer.echo(f"ledger  {row.name}\norigin  {row.origin}\nvkey    {row.vkey}")
    typer.echo(f"Its key is {settings.keys_folder / name}.key: back it up apart from the database.", err=True)
    typer.echo(f"Next: ledgerd token create --ledger {name} --role poster", err=True)


def list_ledgers() -> None:
    """List the ledgers with their origins and sizes.

    For instance:

        ledgerd ledger list
    """
    from ledger.cli.database import on_database
    from ledger.cli.table import print_table

    cells = [(row.name, row.origin, str(size), f"{row.created_at:%Y-%m-%d %H:%M}Z") for row, size in on_database(_list)]
    print_table(("ledger", "origin", "size", "created"), cells)


async def _create(pool: "asyncpg.Pool", *, settings: "Settings", name: str, origin: str) -> "LedgerRow":
    from ledger.app import utc_now
    from ledger.founding import found_ledger
    from ledger.keys import KeysFolder

    return await found_ledger(pool, KeysFolder(settings.keys_folder), name, origin, utc_now())


async def _list(pool: "asyncpg.Pool") -> "list[tuple[LedgerRow, int]]":
    from ledger.store.ledgers import all_ledgers
    from ledger.store.reads import Reads

    return [(row, (await Reads(pool, row.name).checkpoint()).size) for row in await all_ledgers(pool)]
