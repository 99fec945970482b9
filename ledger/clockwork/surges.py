"""Surges: judges each bucket of each series once it has closed, by pure functions over the projections' rows."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from ledger.sequencer.draft import Draft
from ledger.sequencer.own_event import own_event
from ledger.store.reads import SLICE, Reads
from projections.surge.bucketing import render_start
from projections.surge.judging import Found, Span, begin, due, judge
from projections.surge.watch import Watch
from projections.surges import Surges, SurgesRow
from projections.volume import BUCKETING, Volume, VolumeRow, volume_key


class SurgeWatch:
    """Finds the turns of a ledger's series. The same rows make the same events, in whichever process."""

    def __init__(self, ledger: str, reads: Reads) -> None:
        """Watch over one ledger's volume."""
        self._ledger, self._reads, self._watch = ledger, reads, Watch(BUCKETING)
        self._judged: datetime | None = None

    async def look(self, now: datetime) -> Sequence[Draft]:
        """Return what is due, as `Watch` says. A bucket is done with once its turns are on record, or it has none."""
        span = due(BUCKETING, now, self._judged)
        if span.last == self._judged:
            return []
        drafts = []
        async for series in self._heard(span):
            rows = await self._rows(series.series, span)
            drafts += [self._draft(found) for found in judge(self._watch, series, rows, span)]
            await asyncio.sleep(0)  # posters go first
        if not drafts:
            self._judged = span.last
        return drafts

    async def _heard(self, span: Span) -> AsyncIterator[SurgesRow]:
        """Yield the series that were heard of in `span` or that surge: in the others there is nothing to find."""
        last, more = "", True
        while more:
            rows = await self._reads.fetch("ranked_rows", Surges.name, render_start(span.first), last, SLICE)
            for row in rows:
                yield SurgesRow.model_validate_json(row["row"])
            more = len(rows) == SLICE
            last = rows[-1]["key"] if rows else last

    async def _rows(self, series: str, span: Span) -> list[VolumeRow]:
        first, end = (render_start(at) for at in (begin(self._watch, span), span.last + BUCKETING.length))
        found = await self._reads.fetch("row_range", Volume.name, volume_key(series, first), volume_key(series, end))
        rows = [VolumeRow.model_validate_json(row["row"]) for row in found]
        # The database's order of texts may put another series' keys between these.
        return [row for row in rows if row.series == series]

    def _draft(self, found: Found) -> Draft:
        identity = f"{found.turn.value}:{found.data['series']}:{found.data['bucket']['from']}"
        return own_event(self._ledger, found.turn.value, identity, found.time, found.data)
