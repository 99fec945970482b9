"""Where each event of a batch lands: index, incident chain, source number; and whether it can be true there. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from events.claims import Claims, Fact, Told, read_told
from events.strict import JsonObject
from ledger.core.merkle import leaf_hash
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import IdConflict, Impossible, LedgerError, SeqConflict, SequenceRepeated, TooManyGaps
from ledger.sequencer.numbering import MAX_GAPS, number
from ledger.sequencer.tip import Tip
from ledger.store.ports import Erased, IncidentHead, Known, NewEvent, SourceHead

Record = Callable[[str, JsonObject], Draft]
"""Makes an event of the service's own: (type, data) → draft."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an event stands, and whether it is new; one that isn't stood there before, in the log or in this batch."""

    index: int
    new: bool


@dataclass(slots=True)
class Placement:
    """A batch as it would lie in the log behind a tip: events with their leaf hashes, the heads they move, the answers.

    `erasures` is what goes with its tombstones, by their indexes. `answers[unit]` is the LedgerError that refuses the
    unit, or where each of its events stands.
    """

    first: int
    accepted_at: str
    events: list[NewEvent] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    seqs: list[int | None] = field(default_factory=list)
    incidents: dict[str, IncidentHead] = field(default_factory=dict)
    sources: dict[str, SourceHead] = field(default_factory=dict)
    placed: dict[Key, Known] = field(default_factory=dict)
    facts: dict[bytes, Fact] = field(default_factory=dict)
    erasures: dict[int, Sequence[Erased]] = field(default_factory=dict)
    answers: list[LedgerError | list[Placed]] = field(default_factory=list)

    def keys(self) -> list[Key]:
        """Return the keys of the new events, in order."""
        return [(event.source, event.id) for event in self.events]


def place(units: Iterable[Unit], tip: Tip, accepted_at: str, known: Mapping[Key, Known], record: Record) -> Placement:
    """Place units in order behind `tip`, of which all heads they need must be known.

    `known`: events in the log already.
    """
    placement = Placement(tip.edge.size, accepted_at)
    for unit in units:
        # Nothing is changed before the last check of an event, so an event alone needs no draft of its changes.
        own = placement if len(unit.drafts) == 1 else Placement(placement.first + len(placement.events), accepted_at)
        attempt = _Attempt(placement, own, tip, known, record)
        try:
            answer = attempt.place(unit)
        except LedgerError as refusal:
            placement.answers.append(refusal)
        else:
            attempt.keep()
            placement.answers.append(answer)
    return placement


@dataclass(slots=True)
class _Attempt:
    """One unit being placed: what it changes becomes part of the placement only when all of it could be placed."""

    base: Placement
    own: Placement
    tip: Tip
    known: Mapping[Key, Known]
    record: Record

    def place(self, unit: Unit) -> list[Placed]:
        """Return where each event stands. Raises the `LedgerError` that refuses the unit."""
        if unit.expected_seq is not None:
            repeats = [self._repeats(position, draft) for position, draft in enumerate(unit.drafts)]
            if None in repeats:
                self._expect(unit.drafts[0].entry.incident or "", unit.expected_seq)
        return [self._place(position, draft) for position, draft in enumerate(unit.drafts)]

    def keep(self) -> None:
        if self.own is self.base:
            return
        self.base.events += self.own.events
        self.base.leaves += self.own.leaves
        self.base.seqs += self.own.seqs
        self.base.incidents.update(self.own.incidents)
        self.base.sources.update(self.own.sources)
        self.base.placed.update(self.own.placed)
        self.base.facts.update(self.own.facts)
        self.base.erasures.update(self.own.erasures)

    def _place(self, position: int, draft: Draft) -> Placed:
        repeated = self._repeats(position, draft)
        if repeated is not None:
            return Placed(repeated, new=False)
        if draft.claims is not None:
            self._hold_against_the_log(position, draft.claims)
        if draft.entry.source_seq is not None:
            self._number(position, draft.entry.source, draft.entry.source_seq)
        index = self._append(draft)
        if draft.claims is not None:
            self.own.facts.update((key, Fact(index, holds)) for key, holds in draft.claims.changes.items())
        if draft.erases:
            self.own.erasures[index] = draft.erases
        return Placed(index, new=True)

    def _hold_against_the_log(self, position: int, claims: Claims) -> None:
        if faults := claims.faults(self.own.first + len(self.own.events), self._fact, self._told):
            raise Impossible(position, faults)

    def _fact(self, key: bytes) -> Fact | None:
        return self.own.facts.get(key) or self.base.facts.get(key) or self.tip.facts[key]

    def _told(self, index: int) -> Told:
        if index < self.base.first:
            return self.tip.told[index]
        placement = self.own if index >= self.own.first else self.base
        event = placement.events[index - placement.first]
        return read_told(event.entry, event.openings)

    def _repeats(self, position: int, draft: Draft) -> int | None:
        key = draft.key
        found = self.own.placed.get(key) or self.base.placed.get(key) or self.known.get(key)
        if found is None:
            return None
        if found.content != draft.content:
            raise IdConflict(position, found.index)
        return found.index

    def _expect(self, incident: str, expected: int) -> None:
        head = self._incident(incident)
        actual = head.seq if head else 0
        if actual != expected:
            raise SeqConflict(incident, expected, actual)

    def _number(self, position: int, source: str, sequence: int) -> None:
        head = self.own.sources.get(source) or self.base.sources.get(source) or self.tip.sources[source]
        numbered = number(head, sequence)
        if numbered is None:
            raise SequenceRepeated(position, sequence, head.seq if head else 0)
        if len(numbered.head.gaps) > MAX_GAPS:
            raise TooManyGaps(position, len(numbered.head.gaps))
        self.own.sources[source] = numbered.head
        if numbered.missing:
            first, last = numbered.missing
            self._append(self.record("ingest.gap_detected", {"source": source, "expected": first, "got": last + 1}))
        if numbered.filled:
            self._append(self.record("ingest.gap_filled", {"source": source, "sequence": numbered.filled}))

    def _append(self, draft: Draft) -> int:
        own, incident = self.own, draft.entry.incident
        index = own.first + len(own.events)
        head = None if incident is None else self._incident(incident)
        seq = 1 if head is None else head.seq + 1
        entry = draft.entry.render(own.accepted_at, seq, head.leaf.hex() if head else None)
        leaf = leaf_hash(entry)
        own.events.append(NewEvent(entry, draft.openings, draft.entry.source, draft.id, draft.content))
        own.leaves.append(leaf)
        own.seqs.append(None if incident is None else seq)
        own.placed[draft.key] = Known(index, draft.content)
        if incident is not None:
            own.incidents[incident] = IncidentHead(seq, index, leaf)
        return index

    def _incident(self, incident: str) -> IncidentHead | None:
        return self.own.incidents.get(incident) or self.base.incidents.get(incident) or self.tip.incidents[incident]


def claimed(units: Sequence[Unit]) -> list[Claims]:
    """Return what placing `units` holds against the log: nothing for most."""
    return [draft.claims for unit in units for draft in unit.drafts if draft.claims is not None]


def needs(units: Sequence[Unit]) -> tuple[set[str], set[str]]:
    """Return the incidents and the numbering sources whose heads placing `units` needs."""
    entries = [draft.entry for unit in units for draft in unit.drafts]
    incidents = {entry.incident for entry in entries if entry.incident is not None}
    return incidents, {entry.source for entry in entries if entry.source_seq is not None}
