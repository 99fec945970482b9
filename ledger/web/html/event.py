"""The page of one event, at the address of its JSON; its `<article id="event">` is what the drawer shows too.

What happened, on both clocks; what later happened to it; every sealed field with its state; the proof; the raw bytes;
for auditors who read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from aiohttp import web

from events.claims import claims_of
from ledger.core.merkle import leaf_hash
from ledger.pages.inclusion_path import Level, inclusion_path
from ledger.pages.sealed_fields import SealedField, cloud_event, sealed_fields
from ledger.registry import OpenLedger
from ledger.store.reads import StoredEvent
from ledger.web.access import sees
from ledger.web.access_record import record_reading
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, LEDGER
from ledger.web.disclosure import event_type
from ledger.web.html.event_readings import Readings, readings_of
from ledger.web.html.page import Page, shown, viewer
from ledger.web.marking import rows_of_no_incident
from ledger.web.personal import personal_events
from ledger.web.reading import asked_event
from ledger.web.timeline_items import Item, item_document, items_of
from projections.event import Event, read_event
from projections.lateness import lateness
from projections.origins import references
from projections.projection import index_key

_REFERENCES_SHOWN = 50
_NONE_READ = Readings((), 0)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a field speaks of: an object by its name, an event by its index; `index` is None where nothing began it."""

    field: str
    object: str
    index: int | None
    type: str | None


class Neighbours(NamedTuple):
    """The indexes of the entries before and behind in the incident's chain, None at its ends."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Proof:
    """That the entry is in the log: the hashes from its leaf to the root that the newest checkpoint signs."""

    size: int
    leaf: bytes
    root: bytes
    levels: Sequence[Level]

    @property
    def holds(self) -> bool:
        """Tell whether the way leads to the root."""
        return (self.levels[-1].above if self.levels else self.leaf) == self.root


async def get_event_page(request: web.Request) -> web.Response:
    """Show one event to its reader."""
    stored, ledger = await asked_event(request), request[LEDGER]
    await await_folded(request, ledger)
    [item] = await items_of(ledger.reads, [stored], {}, ledger.folded.value)
    document = orjson.loads(item_document(item, sees(request[CALLER])))
    told = _as_shown(stored, document)
    readings = await readings_of(request, told) if viewer(request).audits else _NONE_READ
    context = {
        **_words(item, told, document),
        "ledger": ledger.row,
        "fields": list(sealed_fields(document)),
        "refers": await _references(ledger, told),
        "neighbours": await _neighbours(ledger, told),
        "proof": await _proof(ledger, stored),
        "readings": readings.lines,
        "raw_entry": stored.entry.decode(errors="replace"),
        "raw_event": orjson.dumps(cloud_event(document), option=orjson.OPT_INDENT_2).decode(),
    }
    await record_reading(request, rows=personal_events(request, [stored]) + readings.personal)
    return shown(request, "event.html.jinja", context)


def _as_shown(stored: StoredEvent, document: Any) -> Event:  # noqa: ANN401 - the JSON that programs get
    """Return the event with those fields alone that its reader may see."""
    return read_event(stored.index, stored.entry, orjson.dumps(document["openings"]))


def _words(item: Item, told: Event, document: Any) -> dict[str, object]:  # noqa: ANN401 - as above
    late = lateness(item.event)
    states: dict[str, SealedField] = {each.name: each for each in sealed_fields(document)}
    return {
        "event": told,
        "recorded_type": event_type(item.stored.entry),
        "time": item.event.time and item.event.time.astimezone(UTC),
        "accepted": datetime.fromisoformat(told.accepted_at),
        "late": late.seconds if late else None,
        "actor": states.get("actor"),
        "own_id": states.get("id"),
        "marks": item.marks,
        "unproven": item.unproven,
        "faults": [
            each.name for each in states.values() if each.fits is False or each.state in {"missing", "unsealed"}
        ],
    }


async def _references(ledger: OpenLedger, told: Event) -> list[Reference]:
    """Return what the event speaks of: objects begun elsewhere, other events by index."""
    objects = list(references(told))
    fields = {name: opening["value"] for name, opening in told.openings.items()}
    claims = claims_of(told.type, told.incident, fields)
    named = list((claims.references if claims else {}).items())[:_REFERENCES_SHOWN]
    begun = await rows_of_no_incident(ledger.reads, "origins", [name for _, name in objects])
    origins = {name: row["index"] for name, row in begun.items()}
    found = await ledger.reads.events_at(sorted({*origins.values(), *(index for _, index in named)}))
    types = {each.index: event_type(each.entry) for each in found}
    spoken = [(field, name.partition("|")[2], origins.get(name)) for field, name in objects]
    spoken += [(place.removeprefix("/data/"), "", index) for place, index in named]
    return [Reference(field, name, index, types.get(-1 if index is None else index)) for field, name, index in spoken]


async def _neighbours(ledger: OpenLedger, told: Event) -> Neighbours:
    if told.incident is None:
        return Neighbours(None, None)
    rows = await ledger.reads.fetch("chain_neighbours", told.incident, index_key(told.index))
    before = [row["index"] for row in rows if row["index"] < told.index]
    after = [row["index"] for row in rows if row["index"] > told.index]
    return Neighbours(*(next(iter(each), None) for each in (before, after)))


async def _proof(ledger: OpenLedger, stored: StoredEvent) -> Proof:
    size = (await ledger.reads.checkpoint()).size
    leaf, tree = leaf_hash(stored.entry), ledger.reads.tree
    proof = await tree.inclusion(stored.index, size)
    return Proof(size, leaf, await tree.root(size), inclusion_path(leaf, stored.index, size, proof))


PAGES = (Page("/ledgers/{ledger}/events/{index}", get_event_page),)
