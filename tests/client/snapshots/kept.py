"""Snapshots in files of a test's own, and what is read of them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from events.faults import Fault
from ledger.client.snapshots.archive import Format, find, read
from ledger.client.snapshots.pieces import Files
from ledger.client.snapshots.snapshot import Asked, Items, Placed, Snapshot, Unreadable
from ledger.client.snapshots.sources import from_path

WRITTEN = datetime(2026, 11, 22, 14, tzinfo=UTC)
NOTHING = Asked()
Kept = tuple[list[Snapshot], list[tuple[str, int, Fault]]]


def snapshots(path: Path, asked: Asked = NOTHING, format_: Format | None = None) -> Kept:
    """Read all snapshots of a file or folder; return them with what was complained of."""
    found: list[Snapshot] = []
    faults: list[tuple[str, int, Fault]] = []

    def complain(name: str, line: int, fault: Fault) -> None:
        faults.append((name, line, fault))

    with Files() as files:
        for each in find(from_path(path, lambda _: None), files, format_, complain):
            try:
                snapshot = read(each, files, asked)
                kept = list(snapshot.items())
                lines = list(snapshot.lines())
            except Unreadable as unreadable:
                faults += [(each.piece.source.name, line, fault) for line, fault in unreadable.faults]
            else:
                assert len(lines) == snapshot.size + 1
                found.append(replace(snapshot, items=_again(kept)))
    return found, faults


def _again(kept: list[Placed]) -> Items:
    """The files are closed when a test looks."""
    return lambda: iter(kept)


def one(path: Path, asked: Asked = NOTHING, format_: Format | None = None) -> Snapshot:
    """Read the only snapshot of a file, in which nothing is wrong."""
    [snapshot], faults = snapshots(path, asked, format_)
    assert faults == []
    return snapshot


def items(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the items as they are posted."""
    return [placed.document for placed in snapshot.items()]


def write(path: Path, *documents: object, indent: int | None = None) -> Path:
    """Write documents, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(document, indent=indent) + "\n" for document in documents))
    return path


def update(
    id_: str | None, body: str | None = "Words.", at: str = "2026-11-20T10:00:00.123Z", **more: Any
) -> dict[str, Any]:
    """An update as a Statuspage shows it."""
    shown = {"id": id_, "status": "investigating", "body": body, "created_at": at, "display_at": at}
    return {name: value for name, value in shown.items() if (name, value) != ("id", None)} | more


def incident(id_: str, *updates: dict[str, Any], at: str = "2026-11-20T10:00:00.123Z", **more: Any) -> dict[str, Any]:
    """An incident as a Statuspage shows it."""
    shown = {"id": id_, "name": f"Trouble {id_}", "status": "investigating", "created_at": at, "resolved_at": None}
    return {**shown, "incident_updates": list(updates), **more}


def summary(*incidents: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A page's summary.json."""
    page = {"id": "p1", "name": "Example", "url": "https://status.example.com", "updated_at": "2026-11-21T00:00:00Z"}
    shown = {"page": page, "components": [], "scheduled_maintenances": [], "incidents": list(incidents)}
    return {**shown, "status": {"indicator": "none", "description": "All fine"}, **more}


def history(*incidents: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A page's incidents.json."""
    return {"page": summary()["page"], "incidents": list(incidents), **more}


def ids(documents: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return which items there are."""
    return [(each["kind"], each["external_id"]) for each in documents]
