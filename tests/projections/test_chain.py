"""An incident's timeline proves itself whole: whatever one event is taken out, the proof fails."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import assume, given

from ledger.core.audit import Audit, Scope
from ledger.sequencer.placement import Placement
from ledger.store.ports import IncidentHead
from projections.event import read_event
from projections.linking import linked
from tests.core.naive_tree import leaf
from tests.projections.histories import Step, histories, lay


@dataclass(frozen=True, slots=True)
class Shown:
    """One event of a timeline, as it is handed out."""

    index: int
    entry: bytes
    openings: bytes


def timeline(placement: Placement, incident: str) -> list[Shown]:
    shown = {}
    for index, stored in enumerate(placement.events):
        event = read_event(index, stored.entry, stored.openings)
        if event.incident == incident:
            shown[index] = Shown(index, stored.entry, stored.openings)
            if (target := linked(event)) is not None:
                other = placement.events[target]
                shown[target] = Shown(target, other.entry, other.openings)
    return [shown[index] for index in sorted(shown)]


def proves_whole(events: Sequence[Shown], incident: str, head: IncidentHead) -> bool:
    """The rule of the format: seq 1, 2, 3 …, each naming the leaf before, up to the head; what is linked is there."""
    prev, seq = None, 0
    for event in events:
        link = json.loads(event.entry).get("incident")
        if link is None or link["id"] != incident:
            continue
        if (link["prev"], link["seq"]) != (prev and prev.hex(), seq + 1):
            return False
        prev, seq = leaf(event.entry), seq + 1
    there = {event.index for event in events}
    told = [read_event(event.index, event.entry, event.openings) for event in events]
    links = [linked(event) for event in told if event.incident == incident]  # what was linked in links nothing further
    return (prev, seq) == (head.leaf, head.seq) and there >= {target for target in links if target is not None}


def holds_for_the_audit(events: Sequence[Shown], incident: str, head: IncidentHead) -> bool:
    audit = Audit(Scope(incident))
    findings = [finding for event in events for finding in audit.take(event.index, event.entry)]
    own = [event for event in events if (json.loads(event.entry).get("incident") or {}).get("id") == incident]
    return not findings and bool(own) and leaf(own[-1].entry) == head.leaf


@given(histories)
def test_a_timeline_with_any_one_event_taken_out_fails_its_proof(history: list[Step]) -> None:
    placement = lay(history)
    assume(placement.incidents)
    for incident, head in placement.incidents.items():
        whole = timeline(placement, incident)
        assert proves_whole(whole, incident, head)
        assert holds_for_the_audit(whole, incident, head)
        for out in whole:
            rest = [event for event in whole if event is not out]
            assert not proves_whole(rest, incident, head), f"nobody noticed that {out.index} is missing"
            if (json.loads(out.entry).get("incident") or {}).get("id") == incident:
                assert not holds_for_the_audit(rest, incident, head), f"the audit overlooked {out.index}"


@given(histories)
def test_a_timeline_with_two_neighbours_exchanged_fails_its_proof(history: list[Step]) -> None:
    placement = lay(history)
    for incident, head in placement.incidents.items():
        own = [
            event
            for event in timeline(placement, incident)
            if (json.loads(event.entry).get("incident") or {}).get("id") == incident
        ]
        for place in range(len(own) - 1):
            swapped = [*own[:place], own[place + 1], own[place], *own[place + 2 :]]
            assert not proves_whole(swapped, incident, head)
            assert not holds_for_the_audit(swapped, incident, head)
