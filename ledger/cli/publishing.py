"""`ledgerd publish`: the public pages as a folder for any web server."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Ledger, Url, ledger_url
from ledger.cli.verifying import MemoryFolder, Vkey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.client.memory import Memory
    from ledger.client.publishing import Publisher
    from ledger.core.keys import VerifierKey

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder: new, empty, or filled by this command before.")
]
Incident = Annotated[
    list[str] | None, typer.Option(help="Only this incident; may be given again. Else all public ones.")
]
SiteUrl = Annotated[
    str | None, typer.Option("--site-url", help="Where readers will find the folder, for links in feeds.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Fetch and check everything, say what would change; change nothing.")
]


def publish(  # noqa: PLR0913 - the options of the command
    folder: Folder,
    *,
    ledger: Ledger,
    url: Url = "http://127.0.0.1:8080",
    incident: Incident = None,
    site_url: SiteUrl = None,
    vkey: Vkey = None,
    memory: MemoryFolder = None,
    dry_run: DryRun = False,
) -> None:
    """Write the public pages into a folder that any web server serves: pages in English and French, feeds, evidence.

    Nothing but what is public is asked for, without a token. All is checked first, and what doesn't prove isn't
    published; in the folder each page proves itself in its reader's browser as it does in the service. Files appear
    whole, unchanged ones are left alone, and those of the last time that are no longer published go.

    Exit code 0: published; 1: something doesn't hold, nothing was changed; 2: wrong use, or nobody answers.

    For example:

        ledgerd publish site --ledger demo

        ledgerd publish site --ledger demo --incident paris-outage --vkey "$VKEY"

        ledgerd publish /srv/www/status --ledger demo --site-url https://www.example.com/status --dry-run
    """
    from ledger.client.connection import Connection
    from ledger.client.failures import ClientError
    from ledger.client.memory import Memory, default_folder
    from ledger.client.publishing import Publisher
    from ledger.client.report import Report
    from ledger.client.site import Site
    from ledger.client.trust import parse_vkey

    try:
        site = Site(folder, ledger)
        try:
            publisher = Publisher(Connection(ledger_url(url, ledger)), site, Report(), ledger, site_url)
            given = None if vkey is None else parse_vkey(vkey)
            count = asyncio.run(_stage(publisher, incident or (), Memory(memory or default_folder()), given))
            _finish(publisher, count, dry_run=dry_run)
        finally:
            site.clear()
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    except OSError as error:
        raise Failure(f"{error.filename or folder}: {error.strerror or error}", code=2) from error


async def _stage(
    publisher: "Publisher", incidents: "Sequence[str]", memory: "Memory", given: "VerifierKey | None"
) -> int:
    from ledger.client.progress import progress

    async with publisher.connection:
        facts = await publisher.connection.facts()
        with progress("copying tiles", -(-int(facts.get("size") or 0) // 256) or None) as tell:
            return await publisher.stage(incidents, memory, given, tell)


def _finish(publisher: "Publisher", count: int, *, dry_run: bool) -> None:
    report, site = publisher.report, publisher.site
    for line in report.lines():
        typer.echo(line)
    if not report.ok:
        raise Failure("nothing was published: what the service hands out does not prove itself")
    if dry_run:
        for sign, paths in (("+", site.changed), ("-", site.obsolete)):
            for path in paths:
                typer.echo(f"{sign} {path}")
    changed, unchanged, obsolete = len(site.changed), site.unchanged, len(site.obsolete)
    if not dry_run:
        site.swap()
    typer.echo(
        f"{count:,} incidents, {publisher.texts:,} texts as recorded: {changed:,} files "
        f"{'would be ' if dry_run else ''}written, {unchanged:,} unchanged, {obsolete:,} taken away in {site.folder}"
        f"{' (dry run: nothing was changed)' if dry_run else ''}"
    )
