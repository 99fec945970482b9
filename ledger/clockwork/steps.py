"""Steps that are overdue: of the plans in use, and of those whose use ended lately."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from ledger.clockwork.due import draft_of
from ledger.sequencer.draft import Draft
from ledger.store.reads import SLICE, Reads
from projections.deadlines.plan_steps import (
    AFTERWARDS,
    OUTCOMES,
    TEXTS,
    USES,
    UseRow,
    outcome_key,
    overdue,
    text_key,
)
from projections.instants import micros, ranked
from projections.projection import Projection, R

_AFTER_ALL = "z"
"""Greater than whatever begins with a digit, in every collation."""


class StepWatch:
    """Joins uses of plans, their texts and what became of the steps. The first look is at every use there was."""

    def __init__(self, ledger: str, reads: Reads) -> None:
        """Watch over one ledger's plans."""
        self._ledger, self._reads = ledger, reads
        self._since = ""

    async def look(self, now: datetime) -> Sequence[Draft]:
        """Return what is due, as `Watch` says."""
        drafts = []
        async for uses in self._uses():
            drafts += await self._overdue(uses, now)
        self._since = ranked(micros(now) - AFTERWARDS)
        return drafts

    async def _uses(self) -> AsyncIterator[list[UseRow]]:
        last, more = self._since, True
        while more:
            rows = await self._reads.fetch("queue", USES.name, "", last, _AFTER_ALL, SLICE)
            yield [UseRow.model_validate_json(row["row"]) for row in rows]
            more = len(rows) == SLICE
            last = rows[-1]["rank"] if rows else last

    async def _overdue(self, uses: Sequence[UseRow], now: datetime) -> list[Draft]:
        planned = {text_key(each.plan, each.version) for use in uses for each in use.activations}
        texts = await self._rows(TEXTS, planned)
        steps = {
            outcome_key(use.incident, step.name)
            for use in uses
            for each in use.activations
            if (text := texts.get(text_key(each.plan, each.version))) is not None
            for step in text.steps
        }
        outcomes = await self._rows(OUTCOMES, steps)
        return [draft_of(self._ledger, event) for use in uses for event in overdue(use, texts, outcomes, now)]

    async def _rows(self, projection: Projection[R], keys: Iterable[str]) -> dict[str, R]:
        wanted = list(keys)
        rows = await self._reads.fetch("live_rows", projection.name, "", wanted) if wanted else []
        return {row["key"]: projection.row.model_validate_json(row["row"]) for row in rows}
