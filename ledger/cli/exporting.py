"""`ledgerd export`: a ledger, or a part of it, as a file that proves itself offline."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Ledger, Token, Url, ledger_url

if TYPE_CHECKING:
    from collections.abc import Mapping

Output = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; else standard output.")]
Incident = Annotated[str | None, typer.Option(help="Only this incident, with the events linked to it.")]
Since = Annotated[str | None, typer.Option(help="Only events accepted at this time (RFC 3339, with zone) or later.")]
Until = Annotated[str | None, typer.Option(help="Only events accepted before this time.")]


def export(  # noqa: PLR0913 - the options of the command
    *,
    ledger: Ledger,
    output: Output = None,
    url: Url = "http://127.0.0.1:8080",
    token: Token = None,
    incident: Incident = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Export events with their openings and inclusion proofs. `ledgerd verify FILE` checks the file offline.

    What the token may not see is listed as withheld in the file. The file appears under its name once it is whole.

    For example:

        ledgerd export --ledger demo -o demo.ndjson

        ledgerd export --ledger demo --incident paris-outage -o paris.ndjson
    """
    from ledger.client.failures import ClientError

    chosen = {"incident": incident, "since": since, "until": until}
    filter_ = {name: text for name, text in chosen.items() if text is not None}
    try:
        if output is None:
            count, size = asyncio.run(_export(ledger_url(url, ledger), token, filter_, sys.stdout.buffer))
        else:
            count, size = _export_file(ledger_url(url, ledger), token, filter_, output)
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    typer.echo(f"{count:,} events exported under a checkpoint over {size:,} entries", err=output is None)
    if not filter_ and count != size:
        raise Failure(f"the ledger left out {size - count} of its {size} events; the file shows which")


def _export_file(url: str, token: str | None, filter_: "Mapping[str, str]", output: Path) -> tuple[int, int]:
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            done = asyncio.run(_export(url, token, filter_, file))
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return done


async def _export(url: str, token: str | None, filter_: "Mapping[str, str]", out: BinaryIO) -> tuple[int, int]:
    from ledger.client.connection import Connection
    from ledger.client.exporting import export as write_export
    from ledger.client.exporting import read_header
    from ledger.client.progress import progress

    async with Connection(url, token) as connection:
        header = await read_header(connection, filter_)
        with progress("exporting", header.size) as tell:
            return await write_export(connection, header, out, tell), header.size
