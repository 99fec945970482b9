"""The lines of a reconciliation: each difference with the finding on record, and what settled it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from events.visibility import Internal, Personal, Public
from ledger.reconciling.comparison import Comparison
from projections.reconciliation.difference import Difference
from projections.reconciliation.findings import BY_RECORD, SETTLED_BY
from projections.shown import Shown
from projections.standing import StandingRow, content_key, title_key, update_key
from projections.word_diff import Run, word_diff


class DifferenceLine(Shown):
    """What holds of one item: `kind` says what, `events` are what the ledger has of it.

    `finding` is the event that put it on record, `settled_by` the first later one that declares or records it.
    """

    kind: Public[str]
    item: Public[str]
    external_id: Internal[str]
    incident: Internal[str | None]
    events: Public[Sequence[int]]
    finding: Public[int | None]
    settled_by: Public[int | None]
    seen_at: Public[datetime | None]
    last_seen_at: Public[datetime | None]


class CommentDifference(DifferenceLine):
    """Of somebody else's comment: its words are kept by nobody but the ledger; here are their digests."""

    recorded_sha256: Personal[str | None]
    shown_sha256: Personal[str | None]


class OwnDifference(DifferenceLine):
    """Of what we said ourselves: a reply, an update, an incident's title; `diff` leads from the words before."""

    recorded_sha256: Public[str | None]
    shown_sha256: Public[str | None]
    shown_at: Public[datetime | None]
    title: Public[str | None]
    text: Public[str | None]
    diff: Public[Sequence[Run] | None]


async def lines(comparison: Comparison, found: Sequence[Difference]) -> list[DifferenceLine]:
    """Return the lines of differences, with what is on record of these items and no longer holds."""
    place, names = comparison.scene.place, sorted({one.external_id for one in found})
    rows = await comparison.reads.fetch("findings_of", *place, names)
    recorded = {(row["kind"], row["external_id"], row["detail"]): row["index"] for row in rows}
    here = {(one.kind, one.external_id, one.detail) for one in found}
    kinds = {one.external_id: one.item_kind for one in found}
    earlier = [
        _on_record(row["kind"], kinds[row["external_id"]], row["external_id"], row["detail"])
        for row in rows
        if row["number"] <= comparison.scene.number and (row["kind"], row["external_id"], row["detail"]) not in here
    ]
    return await _settled(comparison, [*found, *earlier], recorded)


async def left_over(comparison: Comparison, after: int, limit: int) -> tuple[list[DifferenceLine], int | None]:
    """Return the findings behind event `after` on record of what the page shows no more, and where to go on."""
    scene = comparison.scene
    rows = await comparison.reads.fetch("findings_left", *scene.place, scene.number, after, limit)
    recorded = {(row["kind"], row["external_id"], row["detail"]): row["index"] for row in rows}
    found = [
        _on_record(kind, "incident" if kind == "incident_retitled" else "update", external_id, detail)
        for kind, external_id, detail in recorded
    ]
    told = await _settled(comparison, found, recorded)
    return told, rows[-1]["index"] if len(rows) == limit else None


async def _settled(
    comparison: Comparison, told: Iterable[Difference], recorded: dict[tuple[str, str, str], int]
) -> list[DifferenceLine]:
    indexed = [(one, recorded.get((one.kind, one.external_id, one.detail))) for one in told]
    standing = await comparison.standing({_key(one) for one, index in indexed if index is not None})
    return [
        _line(one, index, None if index is None else settled_by(one.kind, standing.get(_key(one)), index))
        for one, index in indexed
    ]


def settled_by(kind: str, row: StandingRow | None, finding: int) -> int | None:
    """Return the first event after the finding that declares or records what was found, None where none does."""
    if row is None:
        return None
    if kind in BY_RECORD:
        events = [origin.event for origin in row.origins]
    else:
        events = [change.event for change in row.changes if change.what in SETTLED_BY[kind]]
    return min((event for event in events if event > finding), default=None)


def _on_record(kind: str, item_kind: str, external_id: str, detail: str) -> Difference:
    return Difference(kind, item_kind, external_id, detail=detail)


def _key(found: Difference) -> str:
    match found.item_kind:
        case "update":
            return update_key(found.external_id)
        case "incident":
            return title_key(found.external_id)
    return content_key(found.external_id)


def _line(found: Difference, finding: int | None, settled: int | None) -> DifferenceLine:
    common: dict[str, Any] = {
        "kind": found.told,
        "item": found.item_kind,
        "external_id": found.external_id,
        "incident": found.incident,
        "events": sorted(set(found.events)),
        "finding": finding,
        "settled_by": settled,
        "seen_at": found.seen_at,
        "last_seen_at": found.last_seen_at,
        "recorded_sha256": found.before,
        "shown_sha256": found.after,
    }
    if found.item_kind == "comment":
        return CommentDifference(**common)
    item, before = found.item, found.previous
    old, new = (before.text, item.text) if before and item else (None, None)
    if found.kind == "incident_retitled" and before and item:
        old, new = before.title, item.title
    return OwnDifference(
        **common,
        shown_at=item.shown_at if item else None,
        title=item.title if item else None,
        text=item.text if item else None,
        diff=None if old is None or new is None or old == new else word_diff(old, new),
    )
