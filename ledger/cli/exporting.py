"""`ledgerd export`: a ledger, or a part of it, as a file that proves itself offline."""

import asyncio
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Ledger, Token, Url, ledger_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ledger.core.keys import VerifierKey

Output = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; else standard output.")]
Incident = Annotated[str | None, typer.Option(help="Only this incident, with the events linked to it.")]
Since = Annotated[str | None, typer.Option(help="Only events accepted at this time (RFC 3339, with zone) or later.")]
Until = Annotated[str | None, typer.Option(help="Only events accepted before this time.")]
AsBundle = Annotated[
    bool, typer.Option("--bundle", help="An evidence bundle instead: signed, with report, verdict and verifier (zip).")
]
AsOf = Annotated[str | None, typer.Option(help="With --bundle: as of an index or a time (RFC 3339), not of now.")]
ConsistentWith = Annotated[
    int | None, typer.Option(min=0, help="With --bundle: prove that it extends the tree of this earlier size.")
]
Lang = Annotated[str | None, typer.Option(help="With --bundle: the language of the report, en or fr.")]


def export(  # noqa: PLR0913 - the options of the command
    *,
    ledger: Ledger,
    output: Output = None,
    url: Url = "http://127.0.0.1:8080",
    token: Token = None,
    incident: Incident = None,
    since: Since = None,
    until: Until = None,
    bundle: AsBundle = False,
    as_of: AsOf = None,
    consistent_with: ConsistentWith = None,
    lang: Lang = None,
) -> None:
    """Export events with their openings and inclusion proofs. `ledgerd verify FILE` checks the file offline.

    What the token may not see is listed as withheld in the file. The file appears under its name once it is whole.
    With --bundle it is an evidence bundle, a zip signed by the ledger that also holds a report, the verdict, tables and
    the program that verifies it; that it was made is put on record.

    For example:

        ledgerd export --ledger demo -o demo.ndjson

        ledgerd export --ledger demo --incident paris-outage -o paris.ndjson

        ledgerd export --ledger demo --incident paris-outage --bundle -o paris.zip
    """
    from ledger.client.failures import ClientError

    filter_ = _said(incident=incident, since=since, until=until)
    more = _said(as_of=as_of, consistent_with=consistent_with, lang=lang)
    if more and not bundle:
        raise Failure(f"only a bundle has --{next(iter(more)).replace('_', '-')}: add --bundle", code=2)
    try:
        if bundle:
            _export_bundle(ledger_url(url, ledger), token, filter_ | more, output)
            return
        if output is None:
            count, size = asyncio.run(_export(ledger_url(url, ledger), token, filter_, sys.stdout.buffer))
        else:
            count, size = _export_file(ledger_url(url, ledger), token, filter_, output)
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    typer.echo(f"{count:,} events exported under a checkpoint over {size:,} entries", err=output is None)
    if not filter_ and count != size:
        raise Failure(f"the ledger left out {size - count} of its {size} events; the file shows which")


def _said(**options: object) -> dict[str, str]:
    return {name: str(value) for name, value in options.items() if value is not None}


def _export_bundle(url: str, token: str | None, query: "Mapping[str, str]", output: Path | None) -> None:
    from ledger.client.bundle_download import check_download

    if output is None:
        raise Failure("a bundle is a zip archive: say where to write it with -o FILE.zip", code=2)
    with _whole(output) as part:
        with _synced(part) as file:
            vkey = asyncio.run(_download(url, token, query, file))
        fetched = check_download(part, vkey)
    told = fetched.manifest
    typer.echo(
        f"{told['count']:,} events for the role {told['role']}, under a checkpoint over {told['size']:,} entries "
        f"({fetched.bytes:,} bytes); the signature and the hashes of all files hold"
    )


def _export_file(url: str, token: str | None, filter_: "Mapping[str, str]", output: Path) -> tuple[int, int]:
    with _whole(output) as part, _synced(part) as file:
        return asyncio.run(_export(url, token, filter_, file))


@contextmanager
def _whole(output: Path) -> "Iterator[Path]":
    """Lend the name of a file beside `output` that takes its name with the block's end, or goes if the block fails."""
    part = output.with_name(f"{output.name}.part")
    try:
        yield part
        part.replace(output)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


@contextmanager
def _synced(path: Path) -> "Iterator[BinaryIO]":
    """Open a new file; it is on the disk when the block ends."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


async def _export(url: str, token: str | None, filter_: "Mapping[str, str]", out: BinaryIO) -> tuple[int, int]:
    from ledger.client.connection import Connection
    from ledger.client.exporting import export as write_export
    from ledger.client.exporting import read_header
    from ledger.client.progress import progress

    async with Connection(url, token) as connection:
        header = await read_header(connection, filter_)
        with progress("exporting", header.size) as tell:
            return await write_export(connection, header, out, tell), header.size


async def _download(url: str, token: str | None, query: "Mapping[str, str]", out: BinaryIO) -> "VerifierKey":
    from ledger.client.bundle_download import download
    from ledger.client.connection import Connection
    from ledger.client.progress import progress

    async with Connection(url, token) as connection:
        with progress("bytes received", None) as tell:
            return await download(connection, query, out, tell)
