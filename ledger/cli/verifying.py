"""`ledgerd verify`: a receipt, export, bundle or running ledger, checked by nothing but what it shows and its key."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Token

if TYPE_CHECKING:
    from ledger.client.memory import Memory
    from ledger.client.report import Report
    from ledger.core.keys import VerifierKey

Target = Annotated[
    str,
    typer.Argument(
        help="A receipt (.tlog-proof), an export (.ndjson), a bundle (.zip, or its folder), or http://…/ledgers/NAME."
    ),
]
Vkey = Annotated[str | None, typer.Option("--vkey", help="The ledger's verifier key, as you know it from elsewhere.")]
MemoryFolder = Annotated[
    Path | None,
    typer.Option("--memory", envvar="LEDGERD_MEMORY", help="Where the last good checkpoint of each ledger is kept."),
]


def verify(target: Target, token: Token = None, vkey: Vkey = None, memory: MemoryFolder = None) -> None:
    """Verify a receipt, an export, an evidence bundle or a whole running ledger, and say what doesn't hold and where.

    Files are verified offline. A URL is read to its end: signature, tree, incident chains, the seal of every field; and
    its checkpoint is held against the one remembered from last time, so that a rollback, a fork or a rewriting shows.

    Exit code 0: valid; 1: not valid; 2: it couldn't be checked.

    For example:

        ledgerd verify receipt.tlog-proof --vkey "$VKEY"

        ledgerd verify demo.ndjson

        ledgerd verify bundle.zip --vkey "$VKEY"

        LEDGERD_TOKEN=… ledgerd verify http://127.0.0.1:8080/ledgers/demo
    """
    from ledger.client.failures import ClientError
    from ledger.client.memory import Memory, default_folder
    from ledger.client.trust import parse_vkey

    remembered = Memory(memory or default_folder())
    try:
        given = None if vkey is None else parse_vkey(vkey)
        if target.startswith(("http://", "https://")):
            report = asyncio.run(_verify_url(target, token, remembered, given))
        else:
            report = _verify_file(Path(target), remembered, given)
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    except OSError as error:
        raise Failure(f"{error.filename or target}: {error.strerror or error}", code=2) from error
    for line in report.lines():
        typer.echo(line)
    if not report.ok:
        raise typer.Exit(1)


def _verify_file(path: Path, memory: "Memory", given: "VerifierKey | None") -> "Report":
    from ledger.client.bundle_audit import is_bundle, verify_bundle
    from ledger.client.export_audit import verify_export
    from ledger.client.failures import ClientError
    from ledger.client.progress import progress
    from ledger.client.receipt_audit import is_receipt, verify_receipt_file

    if is_bundle(path):
        return verify_bundle(path, memory, given)
    with path.open("rb") as file:
        start = file.read(64)
        if is_receipt(start):
            return verify_receipt_file(start + file.read(2 << 20), memory, given)
        if not start.startswith(b"{"):
            raise ClientError(f"{path} is neither a receipt, an export nor a bundle")
        file.seek(0)
        with progress(f"verifying {path.name}", path.stat().st_size) as tell:
            return verify_export(file, memory, given, tell)


async def _verify_url(url: str, token: str | None, memory: "Memory", given: "VerifierKey | None") -> "Report":
    from ledger.client.connection import Connection
    from ledger.client.ledger_audit import verify_ledger
    from ledger.client.progress import progress

    async with Connection(url, token) as connection:
        with progress("verifying", None) as tell:
            return await verify_ledger(connection, memory, given, tell)
