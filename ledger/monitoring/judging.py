"""What is to be put on record of a ledger's surges: read from its projections, judged by pure functions."""

import asyncio
from collections.abc import AsyncIterator

from ledger.registry import OpenLedger
from ledger.sequencer.draft import Draft
from ledger.sequencer.own_event import own_event
from projections.surge.bucketing import render_start
from projections.surge.judging import Found, Span, begin, judge
from projections.surge.watch import Watch
from projections.surges import Surges, SurgesRow
from projections.volume import Volume, VolumeRow, volume_key

_SERIES_AT_ONCE = 500


async def judge_ledger(ledger: OpenLedger, watch: Watch, span: Span) -> list[Draft]:
    """Return the turns of all series in `span`. The same rows make the same events, in whichever process.

    Raises `StoreUnavailable`.
    """
    drafts = []
    async for series in _heard(ledger, span):
        rows = await _rows(ledger, watch, series.series, span)
        drafts += [_draft(ledger.row.name, found) for found in judge(watch, series, rows, span)]
        await asyncio.sleep(0)  # posters go first
    return drafts


async def _heard(ledger: OpenLedger, span: Span) -> AsyncIterator[SurgesRow]:
    """Yield the series that were heard of in `span` or that surge: in the others there is nothing to find."""
    last, more = "", True
    while more:
        rows = await ledger.reads.fetch("ranked_rows", Surges.name, render_start(span.first), last, _SERIES_AT_ONCE)
        for row in rows:
            yield SurgesRow.model_validate_json(row["row"])
        more = len(rows) == _SERIES_AT_ONCE
        last = rows[-1]["key"] if rows else last


async def _rows(ledger: OpenLedger, watch: Watch, series: str, span: Span) -> list[VolumeRow]:
    first, end = (render_start(at) for at in (begin(watch, span), span.last + watch.bucketing.length))
    found = await ledger.reads.fetch("row_range", Volume.name, volume_key(series, first), volume_key(series, end))
    rows = [VolumeRow.model_validate_json(row["row"]) for row in found]
    # The database's order of texts may put another series' keys between these.
    return [row for row in rows if row.series == series]


def _draft(ledger: str, found: Found) -> Draft:
    bucket = found.data["bucket"]["from"]
    identity = f"{found.turn.value}:{found.data['series']}:{bucket}"
    return own_event(ledger, found.turn.value, identity, found.time, found.data)
