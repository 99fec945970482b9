"""`ledgerd erasures`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure

if TYPE_CHECKING:
    import asyncpg


def erasures(
    ledger: Annotated[str | None, typer.Option(help="Only this one; else all.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Erase what came back.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """List what was erased by law, and check that it is gone from the database.

    After a restoration from a backup some of it may be back: --again removes what the tombstones of the log name. The
    exit code is 1 while anything of it is there.

    For instance:

        ledgerd erasures

        ledgerd erasures --ledger acme --again
    """
    from ledger.cli.database import on_database

    back = on_database(partial(_check, only=ledger, again=again))
    if back and not again:
        raise Failure(f"{back:,} events hold fields that were erased by law; `ledgerd erasures --again` removes them")


async def _check(pool: "asyncpg.Pool", *, only: str | None, again: bool) -> int:
    """Return how many events hold what was erased."""
    from ledger.cli.configuration import read_settings
    from ledger.erasure.remains import erase_again, tombstones
    from ledger.keys import KeysFolder
    from ledger.store.ledgers import all_ledgers
    from ledger.store.reads import Reads

    names = [row.name for row in await all_ledgers(pool) if only in {None, row.name}]
    if only and not names:
        raise Failure(f"there is no ledger {only}; `ledgerd ledger list` shows them")
    keys, back = KeysFolder(read_settings().keys_folder), 0
    for name in names:
        reads = Reads(pool, name)
        if not (await reads.fetch("head"))[0]["erased"]:
            keys.make_pseudonyms(name)  # an older ledger's first; another in the place of a lost one would know nothing
        async for tombstone in tombstones(reads, keys.pseudonyms(name)):
            back += len(tombstone.back)
            if again and tombstone.back:
                await erase_again(reads, tombstone)
            told = f"; of these {len(tombstone.back):,} came back" if tombstone.back else ""
            removed = " and were erased again" if again and tombstone.back else ""
            typer.echo(
                f"{name}: entry {tombstone.index} erased {tombstone.fields:,} fields of {tombstone.events:,} events"
                f"{told}{removed}"
            )
    return back
