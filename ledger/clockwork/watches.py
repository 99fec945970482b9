"""The watches that a service keeps, over each of its ledgers."""

from collections.abc import Sequence
from functools import partial

from ledger.clockwork.due import DueWatch
from ledger.clockwork.response import ResponseWatch
from ledger.clockwork.steps import StepWatch
from ledger.clockwork.surges import SurgeWatch
from ledger.clockwork.watch import Watching
from projections.deadlines.promises import PROMISES, missed
from projections.deadlines.silences import SILENCES, silent

WATCHES: Sequence[Watching] = (
    partial(DueWatch, PROMISES, missed),
    partial(DueWatch, SILENCES, silent),
    StepWatch,
    SurgeWatch,
)


def watches(surge_opens: str | None) -> Sequence[Watching]:
    """Return the watches that are kept where a surge activates the plan `surge_opens`; None leaves that to people."""
    return WATCHES if surge_opens is None else (*WATCHES, partial(ResponseWatch, surge_opens))
