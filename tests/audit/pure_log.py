"""A small log made without a service: what an audit must find nothing in, until something is changed."""

from dataclasses import dataclass, replace

from events.entry import EntryDraft
from events.seal import Opening, seal_fields
from events.strict import JsonObject, parse_object
from ledger.core.audit import Audit, Finding, Scope
from ledger.core.merkle import leaf_hash
from ledger.core.openings import Shown, parse_shown

SERVICE = "urn:ledgerd:demo"


@dataclass(frozen=True)
class Event:
    """An entry and what an auditor is shown of it."""

    entry: bytes
    shown: Shown

    def with_field(self, name: str, opening: Opening | None) -> "Event":
        """Return the event with one field opened otherwise, or not at all."""
        openings = {key: value for key, value in self.shown.openings.items() if key != name}
        return replace(self, shown=Shown(openings | ({name: opening} if opening else {}), self.shown.withheld))

    def withholding(self, name: str) -> "Event":
        """Return the event with one field withheld from the reader."""
        return replace(self, shown=Shown(self.with_field(name, None).shown.openings, frozenset({name})))


class Writer:
    """Appends events as a ledger would, without checking anything: a liar may write with it too."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.heads: dict[str, tuple[int, str | None]] = {}
        self.second = 0

    def add(
        self,
        fields: JsonObject,
        *,
        type_: str = "comment.received",
        source: str = "urn:a",
        incident: str | None = None,
        number: int | None = None,
    ) -> None:
        """Append one event."""
        index = len(self.events)
        sealed = seal_fields(fields, b"%015d" % index * 2 * len(fields))
        seq, prev = self.heads.get(incident or "", (0, None))
        draft = EntryDraft(type_, source, incident, number, sealed.seals)
        entry = draft.render(f"2026-11-22T14:{self.second // 60:02}:{self.second % 60:02}.000000Z", seq + 1, prev)
        if incident is not None:
            self.heads[incident] = (seq + 1, leaf_hash(entry).hex())
        self.second += 1
        self.events.append(Event(entry, parse_shown(parse_object(sealed.openings), [])))


def honest_log() -> list[Event]:
    """Two incidents interwoven, an event outside both, a source with a gap that is recorded and later filled."""
    log = Writer()
    for number in range(1, 4):
        log.add({"id": f"a{number}", "text": "Où?"}, incident="one", number=number)
        log.add({"id": f"b{number}", "text": ""}, incident="two", source="urn:b")
    log.add({"source": "urn:a", "expected": 4, "got": 6}, type_="ingest.gap_detected", source=SERVICE)
    log.add({"id": "a6", "text": "late"}, incident="one", number=6)
    log.add({"id": "x", "text": "outside"})
    log.add({"source": "urn:a", "sequence": 5}, type_="ingest.gap_filled", source=SERVICE)
    log.add({"id": "a5", "text": "later still"}, incident="two", number=5)
    log.add({"id": "a7", "text": "end"}, incident="one", number=7)
    return log.events


def findings(events: list[Event], scope: Scope | None = None, *, public: bool = False) -> list[Finding]:
    """Return what an audit finds in a log, entry by entry and at its end."""
    audit = Audit(scope)
    found = []
    for index, event in enumerate(events):
        found += audit.take(index, event.entry, None if public else event.shown)
    return found + audit.end(len(events))
