"""Run the measurements."""

import asyncio
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.figures import Style, show
from benchmarks.ground import prepared
from benchmarks.programs import PROGRAMS
from ledger.local import LocalPostgres

_CALM = 0.5
_WIDTH = 120


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"which of {', '.join(PROGRAMS)}; all if none")] = None,
    size: Annotated[int, typer.Option(help="how far the growing ledger grows, in events")] = 100_000,
    style: Annotated[Style, typer.Option(help="how the tables are printed")] = Style.TABLE,
) -> None:
    """Measure the ledger against bare programs: PostgreSQL with fsync, one service process, events of 600 bytes."""
    if unknown := set(names or ()) - set(PROGRAMS):
        raise typer.BadParameter(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PROGRAMS)}")
    with tempfile.TemporaryDirectory(prefix="ledgerd-bench-") as folder, LocalPostgres(Path(folder) / "pg") as postgres:
        asyncio.run(_run(names or list(PROGRAMS), postgres, Path(folder), size, style))


async def _run(names: list[str], postgres: LocalPostgres, folder: Path, size: int, style: Style) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    async with prepared(postgres, folder, size) as ground:
        version = await ground.pool.fetchval("SHOW server_version")
        console.print(
            f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
            f"PostgreSQL {version}, fsync {await ground.pool.fetchval('SHOW fsync')}"
        )
        if (busy := os.getloadavg()[0]) > _CALM:
            console.print(
                f"[bold]load average {busy:.1f}: something else runs here, and the figures will be worse for it"
            )
        for name in names:
            with console.status(f"{name} …"):
                report = await PROGRAMS[name](ground)
            show(report, console, style)


if __name__ == "__main__":
    typer.run(main)
