"""Findings as events of the ledger's own, each recorded once however many snapshots show it."""

import json
import re
from hashlib import sha256

from events.strict import JsonObject
from ledger.sequencer.draft import Draft
from ledger.sequencer.own_event import own_event
from ledger.store.snapshots import Taken
from projections.reconciliation.difference import Difference
from projections.reconciliation.state import Place

_SUBJECT = re.compile(r"\w[\w.~:@+-]{0,127}")
_TYPES = {
    "missing": "{kind}.observed_missing",
    "unreported": "{kind}.observed_unreported",
    "text_differs": "{kind}.observed_changed",
    "moderated_out_of_band": "comment.observed_moderated",
    "update_unrecorded": "update.observed",
    "update_changed": "update.observed_changed",
    "update_missing": "update.observed_missing",
    "update_redated": "update.observed_redated",
    "incident_retitled": "incident.observed_retitled",
}


def imported_draft(ledger: str, place: Place, taken: Taken, told: JsonObject) -> Draft:
    """Return the event that a snapshot was taken in; `told` is what its header says."""
    name = _name(*place, taken.taken_at.isoformat(), taken.file_sha256.hex())
    return own_event(ledger, "snapshot.imported", f"snapshot.imported:{name}", taken.taken_at, told)


def completed_draft(ledger: str, place: Place, taken: Taken, findings: dict[str, int]) -> Draft:
    """Return the event that a snapshot was compared."""
    told = {
        "reconciliation_id": reconciliation_id(taken),
        **place._asdict(),
        "window": {"from": taken.window_from.isoformat(), "to": taken.window_to.isoformat()},
        "findings": findings,
        "snapshot": taken.index,
    }
    return own_event(
        ledger, "reconciliation.completed", f"reconciliation.completed:{taken.index}", taken.taken_at, told
    )


def finding_draft(ledger: str, place: Place, taken: Taken, found: Difference) -> Draft | None:
    """Return the event of a finding; None for the title of an incident whose id the ledger can't have."""
    type_ = _TYPES[found.kind].format(kind=found.item_kind)
    incident = found.incident if found.incident is not None and _SUBJECT.fullmatch(found.incident) else None
    if incident is None and found.kind == "incident_retitled":
        return None
    seen = found.seen_at or taken.taken_at
    told = {
        "seen_at": seen.isoformat(),
        "reconciliation_id": reconciliation_id(taken),
        "snapshot": taken.index,
        **place._asdict(),
        **_told(found),
    }
    identity = f"{type_}:{_name(*place, found.kind, found.external_id, found.detail)}"
    kept = {name: value for name, value in told.items() if value is not None}
    return own_event(ledger, type_, identity, seen, kept, incident)


def reconciliation_id(taken: Taken) -> str:
    """Return by what name a comparison is known: its snapshot's."""
    return f"snapshot-{taken.index}"


def _told(found: Difference) -> JsonObject:
    """Return what the event says of its kind of finding."""
    item, before = found.item, found.previous
    name = "update_id" if found.item_kind == "update" else "external_id"
    told: JsonObject = {} if found.kind == "incident_retitled" else {name: found.external_id}
    ours = item.text if item is not None and found.item_kind != "comment" else None
    match found.kind:
        case "missing":
            told["last_seen_at"] = found.last_seen_at.isoformat() if found.last_seen_at else None
        case "unreported" if item is not None:
            told["created_at"] = item.created_at.isoformat() if item.created_at else None
            told |= {"text": ours} if found.item_kind == "reply" else {"text_sha256": found.after}
        case "text_differs":
            told |= {"before_sha": found.before, "after_sha": found.after}
            told |= {"after": ours} if found.item_kind == "reply" else {}
        case "moderated_out_of_band" if item is not None:
            told |= {"measure": item.moderated, "by": item.moderated_by}
        case "update_unrecorded" if item is not None:
            told |= {"text": item.text, "text_sha256": item.digest, "status": item.status, "title": item.title}
            told |= {"lang": item.lang, "shown_at": item.shown_at.isoformat() if item.shown_at else None}
        case "update_changed" if item is not None:
            told |= {"before_sha": found.before, "after_sha": found.after, "after": item.text}
            told["shown_at"] = item.shown_at.isoformat() if item.shown_at else None
        case "update_redated" if item is not None and before is not None and item.shown_at and before.shown_at:
            told |= {"from": before.shown_at.isoformat(), "to": item.shown_at.isoformat()}
        case "incident_retitled" if item is not None and before is not None:
            told |= {"from": before.title, "to": item.title}
    return told


def _name(*parts: str) -> str:
    """Return a name of fixed length for what these parts name together."""
    return sha256(json.dumps(parts).encode()).hexdigest()
