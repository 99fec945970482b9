"""How far a long command has come: a bar on a terminal, a plain line every few seconds elsewhere. Always on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

Tell = Callable[[int], None]
"""Says how much is done by now."""

_SECONDS = 5.0


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Tell]:
    """Show progress towards `total` (None: not known) while the block runs."""
    shown = _bar(what, total) if sys.stderr.isatty() else _plain(what, total)
    with shown as tell:
        yield tell


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Tell]:
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def _plain(what: str, total: int | None) -> Iterator[Tell]:
    last = monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if monotonic() - last >= _SECONDS:
            last = monotonic()
            sys.stderr.write(f"{what}: {done:,}{f' of {total:,}' if total else ''}\n")

    yield tell
