"""Taking a snapshot in: staged, recorded, published, compared. What is cut short goes on when it comes again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from events.faults import Fault, Refused
from events.times import read_time
from ledger.reconciling.comparison import Comparison, compare
from ledger.reconciling.recording import completed_draft, finding_draft, imported_draft
from ledger.registry import OpenLedger
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import IdConflict
from ledger.store.snapshots import LATEST, Moved, StagedItem, Taken, Upload
from projections.reconciliation.difference import Difference
from projections.reconciliation.snapshot import ContentItem, Header, Item
from projections.reconciliation.state import Place

_FOLDING_SECONDS = 60.0
_AT_ONCE = 200


class OutOfOrder(Exception):
    """The account was looked at later already; snapshots come in in the order in which they were taken."""


class Lagging(Exception):
    """The projections have not come as far as the log: there is nothing yet to compare with."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a snapshot. `again`: it was here before; `events`: the findings that it brought to light."""

    taken: Taken
    again: bool
    events: Sequence[int]


async def import_snapshot(ledger: OpenLedger, header: Header, items: AsyncIterator[Sequence[StagedItem]]) -> Imported:
    """Take a snapshot in and compare it. Nothing of it is stored where `items` raises.

    Raises `Refused`, `OutOfOrder`, `Lagging`, `Moved`, and what appending and the database raise: it may then be sent
    again, and goes on from where it was.
    """
    place = Place(header.platform, header.account)
    if (before := await _found(ledger, place, header)) is not None:
        async for _ in items:
            pass
        if before.reconciled is not None:
            return Imported(before, again=True, events=await _events(ledger, place, before))
    else:
        await _later_than_all(ledger, place, header)
    upload = ledger.snapshots.upload()
    try:
        if before is None:
            async for some in items:
                await upload.add(some)
            if (line := await upload.repeated()) is not None:
                raise Refused([Fault(f"/lines/{line}", "an earlier line has this kind and external_id")])
        async with ledger.snapshots.turn:
            taken = before or await _published(ledger, place, header, upload)
            return await _reconciled(ledger, place, taken)
    finally:
        await upload.clear()


def staged(line: int, item: Item) -> StagedItem:
    """Return an item as it is stored: with the words of our own alone."""
    digest = None if item.kind == "incident" or item.digest is None else bytes.fromhex(item.digest)
    if item.kind == "incident":
        return StagedItem(item.kind, item.external_id, line, None, visible=True, title=item.title)
    if isinstance(item, ContentItem):
        text = item.text if item.kind == "reply" else None
        created, whose = _time(item.created_at), item.moderated_by
        return StagedItem(
            item.kind, item.external_id, line, digest, item.visible, item.moderated, whose, created, text=text
        )
    return StagedItem(
        item.kind,
        item.external_id,
        line,
        digest,
        visible=True,
        shown_at=_time(item.shown_at),
        incident=item.incident,
        title=item.title,
        text=item.text,
        status=item.status,
        lang=item.lang,
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else read_time(text).astimezone(UTC)


async def _found(ledger: OpenLedger, place: Place, header: Header) -> Taken | None:
    at, digest = _time(header.taken_at), bytes.fromhex(header.file_sha256)
    rows = await ledger.reads.fetch("snapshot_taken", *place, at, digest)
    return Taken.read(rows[0]) if rows else None


async def _later_than_all(ledger: OpenLedger, place: Place, header: Header) -> int:
    """Return the number of the account's last snapshot. Raises `OutOfOrder`."""
    rows = await ledger.reads.fetch("snapshots_before", *place, LATEST, 1)
    if rows and rows[0]["taken_at"] >= read_time(header.taken_at):
        raise OutOfOrder
    return rows[0]["number"] if rows else 0


async def _published(ledger: OpenLedger, place: Place, header: Header, upload: Upload) -> Taken:
    """Put the snapshot on record, then make its items what the account shows."""
    last = await _later_than_all(ledger, place, header)
    at, first, end = (
        read_time(text).astimezone(UTC) for text in (header.taken_at, header.window.from_, header.window.to)
    )
    digest, counts = bytes.fromhex(header.file_sha256), header.counts
    taken = Taken(
        last + 1, header.kind, at, first, end, header.completeness, digest, upload.items, counts, -1, None, None
    )
    told: dict[str, Any] = {
        **place._asdict(),
        "window": {"from": header.window.from_, "to": header.window.to},
        "file_sha256": header.file_sha256,
        "completeness": header.completeness,
        "taken_at": header.taken_at,
        "items": upload.items,
        "counts": header.counts,
        "captured_with": header.captured_with,
        "url": header.url,
    }
    kept = {name: value for name, value in told.items() if value is not None}
    index = await _append(ledger, imported_draft(ledger.row.name, place, taken, kept))
    taken = replace(taken, index=index)
    await upload.publish(place, taken)
    return taken


async def _reconciled(ledger: OpenLedger, place: Place, taken: Taken) -> Imported:
    """Compare with the log as it is now, put findings on record, then that it was done."""
    ledger.runner.wake()
    if not await ledger.folded.reach((await ledger.reads.checkpoint()).size, _FOLDING_SECONDS):
        raise Lagging
    comparison = await compare(ledger.reads, place, taken)
    counts: Counter[str] = Counter()
    events: list[int] = []
    if taken.completeness == "counts_only":
        counts.update(await _totals(comparison))
    async for differences in comparison.all():
        counts.update(difference.told for difference in differences)
        certain = [difference for difference in differences if difference.finding]
        events += await _record(ledger, place, taken, certain)
    findings = dict(sorted(counts.items()))
    index = await _append(ledger, completed_draft(ledger.row.name, place, taken, findings))
    await ledger.snapshots.finish(place, taken.number, index, findings)
    return Imported(replace(taken, reconciled=index, findings=findings), again=False, events=sorted(events))


async def _record(ledger: OpenLedger, place: Place, taken: Taken, found: Sequence[Difference]) -> list[int]:
    """Append the events of findings that are not on record yet, in their order; return where they stand."""
    made: list[int] = []
    for first in range(0, len(found), _AT_ONCE):
        some = found[first : first + _AT_ONCE]
        rows = await ledger.reads.fetch("findings_of", *place, [one.external_id for one in some])
        known = {(row["kind"], row["external_id"], row["detail"]) for row in rows}
        new = [one for one in some if (one.kind, one.external_id, one.detail) not in known]
        drafts = [(one, finding_draft(ledger.row.name, place, taken, one)) for one in new]
        kept = [(one, draft) for one, draft in drafts if draft is not None]
        indexes = await asyncio.gather(*(_append(ledger, draft) for _, draft in kept))
        told = [
            {"kind": one.kind, "external_id": one.external_id, "detail": one.detail, "index": index}
            for (one, _), index in zip(kept, indexes, strict=True)
        ]
        if told:
            await ledger.snapshots.found(place, taken.number, told)
        made += indexes
    return made


async def _totals(comparison: Comparison) -> dict[str, int]:
    """Hold a platform's totals against the ledger's: by how many contents either knows more than the other."""
    least, most = await comparison.totals()
    found: Counter[str] = Counter()
    for name, count in (comparison.taken.counts or {}).items():
        kind = {"comments": "comment", "replies": "reply"}.get(name)
        if kind is None:
            found["uncompared"] += count
            continue
        missing, unreported = max(least.get(kind, 0) - count, 0), max(count - most.get(kind, 0), 0)
        found.update({"equal": count - unreported, "missing": missing, "unreported": unreported})
    return dict(found)


async def _append(ledger: OpenLedger, draft: Draft) -> int:
    """Append an event of the ledger's own; what is on record already, as it was seen first, stands."""
    try:
        (outcome,) = await ledger.sequencer.enqueue(Unit([draft]))
    except IdConflict as known:
        return known.index
    return outcome.index


async def _events(ledger: OpenLedger, place: Place, taken: Taken) -> list[int]:
    rows = await ledger.reads.fetch("findings_made", *place, taken.number)
    return [row["index"] for row in rows]


__all__ = ["Imported", "Lagging", "Moved", "OutOfOrder", "import_snapshot", "staged"]
