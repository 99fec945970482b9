"""`ledgerd import`: a file of events into a ledger, over HTTP."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Ledger, Token, Url, ledger_url

if TYPE_CHECKING:
    from events.faults import Fault
    from ledger.client.field_map import FieldMap
    from ledger.client.importing import Importer
    from ledger.client.progress import Tell
    from ledger.client.rows import Row

File = Annotated[
    Path, typer.Argument(help="NDJSON, JSON (an array, or an object with items or events) or CSV with a header.")
]
Moves = Annotated[
    list[str] | None, typer.Option("--map", help="field=column, as time=created_at or data.text=body. May be repeated.")
]
Incident = Annotated[str | None, typer.Option(help="The incident of events that name none.")]
Source = Annotated[str | None, typer.Option(help="The source (a URI) of events that name none.")]
Type = Annotated[str | None, typer.Option("--type", help="The type of events that name none, as comment.received.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check every row against the vocabulary; post nothing.")]


def import_file(  # noqa: PLR0913 - the options of the command
    file: File,
    *,
    ledger: Ledger,
    url: Url = "http://127.0.0.1:8080",
    token: Token = None,
    moves: Moves = None,
    incident: Incident = None,
    source: Source = None,
    type_: Type = None,
    dry_run: DryRun = False,
) -> None:
    """Post the events of a file. Running it twice adds nothing; a bad line is reported and the rest goes in.

    Exit code 0: all are in; 1: some were refused; 2: wrong use, or nobody answers (run it again to go on).

    For example:

        ledgerd import comments.ndjson --ledger demo --incident paris-outage

        ledgerd import export.csv --ledger demo --type comment.received --source urn:export:helpdesk
        --map id=ticket --map time=created_at --map data.text=body --map data.external_id=ticket
    """
    from ledger.client.failures import ClientError
    from ledger.client.field_map import FieldMap, parse_moves

    defaults = {"type": type_, "source": source, "subject": incident}
    try:
        fields = FieldMap(parse_moves(moves or ()), {name: text for name, text in defaults.items() if text})
        importer = _run(file, fields, None if dry_run else (ledger_url(url, ledger), token))
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", code=2) from error
    typer.echo(f"{importer.tally}{' (dry run: nothing was posted)' if dry_run else ''}")
    if importer.tally.refused:
        raise typer.Exit(1)


def _run(file: Path, fields: "FieldMap", target: tuple[str, str | None] | None) -> "Importer":
    """Import `file` into the ledger at the target (URL, token), or only check it, and say what was done to names."""
    from ledger.client.cells import read_cells
    from ledger.client.csv_rows import read_csv
    from ledger.client.importing import Importer
    from ledger.client.progress import progress
    from ledger.client.rows import reader_of

    with file.open("rb") as stream, progress(f"importing {file.name}", file.stat().st_size) as tell:
        read = reader_of(file.name, stream)
        fields.flat = read is read_csv or bool(fields.moves)
        importer = Importer(fields, complain_about(file), read_cells if read is read_csv else dict)
        rows = told_rows(_with_columns(read(stream), fields) if read is read_csv else read(stream), stream.tell, tell)
        if target is None:
            importer.check(rows)
        else:
            asyncio.run(_post(importer, *target, rows))
    for renamed in sorted(fields.renamed):
        typer.echo(f"renamed {renamed}")
    if fields.left_out:
        typer.echo(f"columns left out, since no --map names them: {', '.join(sorted(fields.left_out))}")
    return importer


async def _post(importer: "Importer", url: str, token: str | None, rows: "Iterator[Row]") -> None:
    from ledger.client.connection import Connection
    from ledger.client.failures import Unreachable

    async with Connection(url, token) as connection:
        await connection.facts()
        try:
            await importer.post(connection, rows)
        except Unreachable as error:
            raise Unreachable(f"{error}. So far {importer.tally}; run it again to go on.") from error


def told_rows(rows: "Iterator[Row]", place: "Callable[[], int]", tell: "Tell") -> "Iterator[Row]":
    """Yield `rows`, telling how far into the file each stands."""
    for row in rows:
        tell(place())
        yield row


def _with_columns(rows: "Iterator[Row]", fields: "FieldMap") -> "Iterator[Row]":
    """Refuse a mapping of columns that the table doesn't have, before anything is posted."""
    from ledger.client.failures import ClientError

    checked = False
    for row in rows:
        if not checked and row.document:
            missing = [column for _, column in fields.moves if column not in row.document]
            if missing:
                raise ClientError(f"there is no column {missing[0]}; the columns are {', '.join(row.document)}")
            checked = True
        yield row


def complain_about(file: Path) -> "Callable[[int, Fault], None]":
    """Return what writes a line's fault to stderr."""

    def complain(line: int, fault: "Fault") -> None:
        place = f" {fault.pointer}" if fault.pointer else ""
        sys.stderr.write(f"{file.name}:{line}{place}: {fault.detail}\n")

    return complain
