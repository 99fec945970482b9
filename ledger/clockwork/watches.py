"""The watches that a service keeps, over each of its ledgers."""

from collections.abc import Sequence
from functools import partial

from ledger.clockwork.due import DueWatch
from ledger.clockwork.steps import StepWatch
from ledger.clockwork.watch import Watching
from projections.deadlines.promises import PROMISES, missed
from projections.deadlines.silences import SILENCES, silent

WATCHES: Sequence[Watching] = (partial(DueWatch, PROMISES, missed), partial(DueWatch, SILENCES, silent), StepWatch)
