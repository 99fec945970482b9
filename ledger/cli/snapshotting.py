"""`ledgerd snapshot`: what a platform account or a public page showed, into a ledger that compares it with itself."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Ledger, Token, Url, ledger_url

if TYPE_CHECKING:
    from events.faults import Fault
    from ledger.client.snapshots.archive import Found
    from ledger.client.snapshots.pieces import Source
    from ledger.client.snapshots.replay import Replay, Tally
    from ledger.client.snapshots.snapshot import Asked, Snapshot


class Format(StrEnum):
    """What a file is, where it doesn't show."""

    SNAPSHOT = "snapshot"
    CSV = "csv"
    STATUSPAGE = "statuspage"


class Kind(StrEnum):
    """Whose snapshot it is."""

    ACCOUNT = "account"
    PAGE = "page"


class Completeness(StrEnum):
    """How much of the window is in it."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    COUNTS_ONLY = "counts_only"


From = Annotated[str, typer.Argument(metavar="SOURCE", help="A file, a folder, - for standard input, or a URL.")]
Platform = Annotated[str | None, typer.Option(help="The platform, as x or facebook; a page is on the web by default.")]
Account = Annotated[str | None, typer.Option(help="The account; a page goes by its host by default.")]
OfKind = Annotated[Kind | None, typer.Option(help="Whose: of an account of ours, or of a public page.")]
TakenAt = Annotated[
    str | None, typer.Option(help="When it was taken (with zone), where neither file nor name says it.")
]
WindowFrom = Annotated[str | None, typer.Option(help="From when on it holds what was written.")]
Claim = Annotated[Completeness | None, typer.Option(help="How much it holds of what the account or page showed.")]
CapturedWith = Annotated[str | None, typer.Option(help="The program that took it.")]
As = Annotated[Format | None, typer.Option("--format", help="What it is, where it isn't recognised.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read it and say what would be posted; post nothing.")]


def snapshot(  # noqa: PLR0913 - the options of the command
    source: From,
    *,
    ledger: Ledger,
    url: Url = "http://127.0.0.1:8080",
    token: Token = None,
    platform: Platform = None,
    account: Account = None,
    kind: OfKind = None,
    taken_at: TakenAt = None,
    window_from: WindowFrom = None,
    completeness: Claim = None,
    captured_with: CapturedWith = None,
    format_: As = None,
    dry_run: DryRun = False,
) -> None:
    """Post what an account or a page showed. The ledger puts on record what differs from what it knows.

    Reads snapshot/1 (docs/snapshots.md), CSV, and a Statuspage's summary.json or incidents.json; a folder or an NDJSON
    of many is posted in the order in which they were taken. Doing it twice adds nothing. What is given here counts
    more than what a file says.

    Exit code 0: all are in; 1: some could not be read or were refused; 2: wrong use, or nobody answers.

    For example:

        ledgerd snapshot https://status.example.com/api/v2/summary.json --ledger demo

        ledgerd snapshot history.ndjson --ledger demo --account status.example.com --dry-run

        ledgerd snapshot comments.csv --ledger demo --platform x --account acme
        --taken-at 2026-11-22T14:00:00Z --window-from 2026-11-21T00:00:00Z --completeness complete
    """
    from ledger.client.failures import ClientError
    from ledger.client.snapshots.snapshot import Asked

    asked = Asked(
        platform,
        account,
        kind and kind.value,
        _moment("taken-at", taken_at),
        _moment("window-from", window_from),
        completeness and completeness.value,
        captured_with,
    )
    target = None if dry_run else (ledger_url(url, ledger), token)
    try:
        with _sources(source) as sources:
            tally = _run(sources, asked, format_, target)
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    except OSError as error:
        raise Failure(f"{error.filename or source}: {error.strerror}", code=2) from error
    if tally.refused:
        raise typer.Exit(1)


def _run(
    sources: "Sequence[Source]", asked: "Asked", format_: Format | None, target: tuple[str, str | None] | None
) -> "Tally":
    from ledger.client.failures import ClientError
    from ledger.client.progress import progress
    from ledger.client.snapshots.archive import find
    from ledger.client.snapshots.pieces import Files
    from ledger.client.snapshots.replay import Replay

    faults = _Faults()
    with Files() as files:
        found = find(sources, files, format_.value if format_ else None, faults.tell)
        if asked.taken_at is not None and len(found) > 1:
            raise ClientError(f"--taken-at is one moment, and there are {len(found):,} snapshots")
        with progress("posting snapshots", sum(each.piece.length for each in found)) as tell:
            replay = Replay(files, asked, faults.tell, tell)
            replay.tally.refused = faults.count
            if target is None:
                _show(replay, found)
            else:
                asyncio.run(_post(replay, found, *target))
    return replay.tally


async def _post(replay: "Replay", found: "Sequence[Found]", url: str, token: str | None) -> None:
    from ledger.client.connection import Connection
    from ledger.client.failures import Unreachable
    from ledger.client.snapshots.replay import types_of

    async with Connection(url, token) as connection:
        await connection.facts()
        try:
            await replay.post(connection, found)
        except Unreachable as error:
            raise Unreachable(f"{error}. So far {replay.tally}; run it again to go on.") from error
        typer.echo(replay.tally)
        types = await types_of(connection, replay.tally.recorded)
    typer.echo(f"{len(replay.tally.recorded):,} observations put on record")
    for type_, count in sorted(types.items()):
        typer.echo(f"  {count:,} {type_}")
    if replay.tally.posted:
        typer.echo(f"how it compares now: GET {url}/reconciliation")


def _show(replay: "Replay", found: "Sequence[Found]") -> None:
    """Print what would be posted, a line a snapshot."""
    count = items = 0
    for _, snapshot in replay.snapshots(found):
        typer.echo(_line(snapshot))
        count, items = count + 1, items + snapshot.size
    typer.echo(
        f"{count:,} snapshots with {items:,} items would be posted, {replay.tally.refused:,} refused "
        "(dry run: nothing was posted)"
    )


def _line(snapshot: "Snapshot") -> str:
    header = snapshot.header
    items = ", ".join(f"{count:,} {kind}" for kind, count in sorted(snapshot.counts.items())) or "no items"
    return "\t".join(
        (
            header.taken_at,
            f"{header.kind} {header.account} on {header.platform}",
            header.completeness,
            f"{header.window.from_}/{header.window.to}",
            items,
            header.file_sha256,
        )
    )


class _Faults:
    """Writes faults to stderr, and counts the places that have some."""

    def __init__(self) -> None:
        self._places: set[tuple[str, int]] = set()

    @property
    def count(self) -> int:
        return len(self._places)

    def tell(self, name: str, line: int, fault: "Fault") -> None:
        self._places.add((name, line))
        place = f" {fault.pointer}" if fault.pointer else ""
        sys.stderr.write(f"{name}:{line}{place}: {fault.detail}\n")


@contextmanager
def _sources(text: str) -> "Iterator[list[Source]]":
    """Yield the files that hold what was named, for as long as they are needed."""
    from ledger.client.failures import ClientError
    from ledger.client.snapshots.sources import from_path, from_stream, from_web

    def leave_out(name: Path) -> None:
        sys.stderr.write(f"left out, being no data by its name: {name}\n")

    with tempfile.TemporaryDirectory(prefix="ledgerd-") as folder:
        if text == "-":
            sources = [from_stream(sys.stdin.buffer, Path(folder), datetime.now(UTC))]
        elif text.startswith(("http://", "https://")):
            sources = [asyncio.run(from_web(text, Path(folder), lambda: datetime.now(UTC)))]
        else:
            sources = list(from_path(Path(text), leave_out))
        if not sources:
            raise ClientError(f"{text}: there is no JSON, NDJSON or CSV in this folder")
        yield sources


def _moment(name: str, text: str | None) -> datetime | None:
    from events.times import NOT_A_TIME, read_time

    if text is None:
        return None
    try:
        return read_time(text)
    except ValueError:
        raise Failure(f"--{name}: {NOT_A_TIME}", code=2) from None
