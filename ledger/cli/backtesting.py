"""`ledgerd backtest`: the detectors of surges, tried on a file of past comments."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure
from ledger.cli.importing import File, Moves, complain_about, told_rows
from ledger.cli.table import print_table

if TYPE_CHECKING:
    from ledger.client.backtest import Trial, Truth, Volumes

Truths = Annotated[
    list[str] | None,
    typer.Option("--truth", help="FROM/TO of a real storm, as 2015-02-22T00:00Z/2015-02-24T00:00Z. Repeatable."),
]
Bucket = Annotated[int, typer.Option(min=1, max=1440, help="Minutes a bucket has; a day must have a whole number.")]


def backtest(file: File, *, moves: Moves = None, truth: Truths = None, bucket: Bucket = 30) -> None:
    """Try the detectors of surges on a file of comments, and print what each would have found, how soon, how wrongly.

    Counts rows of type comment.received, or of no type, by their time; the file is read as by `ledgerd import`. The
    first line, watch, is what the service does live. Exit code 1: some lines could not be counted.

    For example:

        ledgerd backtest comments.ndjson

        ledgerd backtest export.csv --map time=created_at --bucket 60
        --truth 2015-02-22T00:00Z/2015-02-24T00:00Z
    """
    from ledger.client.backtest import attempt, scanners
    from ledger.client.failures import ClientError

    truths = [_truth(text) for text in truth or ()]
    try:
        volumes = _read(file, moves or [], bucket)
        first, counts = volumes.series()
        typer.echo(f"{sum(counts):,} comments in {len(counts):,} buckets of {bucket} minutes since {first.isoformat()}")
        trials = [attempt(scanner, volumes, truths) for scanner in scanners(volumes.bucketing)]
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    headings = ("algorithm", "surges", "first", "found", "delay", "false a day", "ms")
    print_table(headings, [_line(trial, len(truths)) for trial in trials])
    if volumes.refused:
        typer.echo(f"{volumes.refused:,} lines could not be counted", err=True)
        raise typer.Exit(1)


def _read(file: Path, moves: list[str], bucket: int) -> "Volumes":
    from pydantic import ValidationError

    from ledger.client.backtest import Volumes
    from ledger.client.csv_rows import read_csv
    from ledger.client.field_map import FieldMap, parse_moves
    from ledger.client.progress import progress
    from ledger.client.rows import reader_of
    from projections.surge.bucketing import Bucketing

    try:
        bucketing = Bucketing(bucket_minutes=bucket)
    except ValidationError:
        raise Failure(f"--bucket {bucket}: a day must be a whole number of buckets", code=2) from None
    volumes = Volumes(bucketing, FieldMap(parse_moves(moves)), complain_about(file))
    with file.open("rb") as stream, progress(f"reading {file.name}", file.stat().st_size) as tell:
        read = reader_of(file.name, stream)
        volumes.fields.flat = read is read_csv or bool(moves)
        volumes.read(told_rows(read(stream), stream.tell, tell))
    return volumes


def _truth(text: str) -> "Truth":
    from ledger.client.backtest import Truth

    try:
        onset, end = (datetime.fromisoformat(part) for part in text.split("/"))
        is_span = onset.tzinfo is not None and end.tzinfo is not None and onset < end
    except ValueError:
        is_span = False
    if not is_span:
        raise Failure(f"--truth takes FROM/TO, times with their zones, not {text}", code=2)
    return Truth(onset, end)


def _line(trial: "Trial", truths: int) -> tuple[str, ...]:
    return (
        trial.name,
        str(len(trial.surges)),
        trial.surges[0].strftime("%Y-%m-%d %H:%M") if trial.surges else "-",
        f"{trial.found} of {truths}" if truths else "-",
        _hours(trial.delay),
        "-" if trial.false_a_day is None else f"{trial.false_a_day:.3f}",
        f"{trial.seconds * 1000:.0f}",
    )


def _hours(delay: timedelta | None) -> str:
    if delay is None:
        return "-"
    minutes = int(delay.total_seconds() // 60)
    return f"{minutes // 60}h{minutes % 60:02}"
