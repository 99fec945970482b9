"""Where the events of a batch land, and what a refused unit leaves behind: nothing."""

import json
from collections.abc import Mapping

import pytest

from events.entry import Entry, IncidentLink, parse_entry
from ledger.core.edge import Edge
from ledger.core.merkle import EMPTY_ROOT, leaf_hash
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import IdConflict, SeqConflict, SequenceRepeated, TooManyGaps
from ledger.sequencer.numbering import MAX_GAPS
from ledger.sequencer.placement import Key, Placed, Placement, needs, place
from ledger.sequencer.tip import Tip
from ledger.store.ports import IncidentHead, Known, SourceHead
from tests.sequencer.drafts import SOURCE, alone, comment, record

AT = "2026-11-22T14:00:00.000000Z"


def tip(
    size: int = 0,
    incidents: Mapping[str, IncidentHead | None] | None = None,
    sources: Mapping[str, SourceHead | None] | None = None,
) -> Tip:
    edge = Edge.empty().extend([leaf_hash(b"%d" % index) for index in range(size)])
    return Tip(edge.edge, edge.root if size else EMPTY_ROOT, AT, dict(incidents or {}), dict(sources or {}))


def placed(units: list[Unit], end: Tip | None = None, known: Mapping[Key, Known] | None = None) -> Placement:
    end = end or tip()
    incidents, sources = needs(units)
    for incident in incidents:
        end.incidents.setdefault(incident, None)
    for source in sources:
        end.sources.setdefault(source, None)
    return place(units, end, AT, known or {}, record)


def entries(placement: Placement) -> list[Entry]:
    return [parse_entry(event.entry) for event in placement.events]


def test_indexes_are_dense_behind_the_tip_and_every_leaf_is_its_entrys_hash() -> None:
    placement = placed(alone(*(comment(number) for number in range(5))), tip(3))
    assert placement.answers == [[Placed(index, new=True)] for index in range(3, 8)]
    assert placement.leaves == [leaf_hash(event.entry) for event in placement.events]
    assert {entry.accepted_at.isoformat() for entry in entries(placement)} == {"2026-11-22T14:00:00+00:00"}


def test_an_incidents_entries_are_chained_across_units_and_batches() -> None:
    head = IncidentHead(7, 2, leaf_hash(b"2"))
    placement = placed(alone(*(comment(number, "paris") for number in range(3))), tip(3, {"paris": head}))
    prev = [head.leaf, *placement.leaves[:2]]
    assert [entry.incident for entry in entries(placement)] == [
        IncidentLink("paris", 8 + number, prev[number].hex()) for number in range(3)
    ]
    assert placement.incidents == {"paris": IncidentHead(10, 5, placement.leaves[-1])}
    assert placement.seqs == [8, 9, 10]


def test_the_first_entry_of_an_incident_has_nothing_before_it() -> None:
    placement = placed(alone(comment(1, "paris"), comment(2), comment(3, "lyon"), comment(4, "paris")))
    links = [entry.incident for entry in entries(placement)]
    assert links == [
        IncidentLink("paris", 1, None),
        None,
        IncidentLink("lyon", 1, None),
        IncidentLink("paris", 2, placement.leaves[0].hex()),
    ]


def test_an_event_twice_in_a_batch_lands_once() -> None:
    placement = placed(alone(comment(1), comment(2), comment(1), comment(1)))
    assert placement.answers == [
        [Placed(0, new=True)],
        [Placed(1, new=True)],
        [Placed(0, new=False)],
        [Placed(0, new=False)],
    ]
    assert len(placement.events) == 2


def test_an_event_twice_in_one_unit_lands_once() -> None:
    assert placed([Unit([comment(1), comment(1)])]).answers == [[Placed(0, new=True), Placed(0, new=False)]]


def test_an_event_of_the_log_is_not_placed_again() -> None:
    again = comment(1, "paris", 4)
    placement = placed(alone(again), tip(9), {again.key: Known(5, again.content)})
    assert placement.answers == [[Placed(5, new=False)]]
    assert (placement.events, placement.incidents, placement.sources) == ([], {}, {})


@pytest.mark.parametrize("changed", [comment(1, text="other"), comment(1, "paris"), comment(1, sequence=3)])
def test_an_id_with_other_content_is_refused_with_the_first_index(changed: Draft) -> None:
    units = [*alone(comment(1), comment(2)), Unit([comment(3), changed])]
    placement = placed(units)
    conflict = placement.answers[2]
    assert isinstance(conflict, IdConflict)
    assert (conflict.position, conflict.index) == (1, 0)
    assert len(placement.events) == 2


def test_the_same_id_of_another_source_is_another_event() -> None:
    placement = placed(alone(comment(1), comment(1, source="urn:other", text="other")))
    assert [answer for answer in placement.answers if isinstance(answer, list)] == placement.answers


def test_a_refused_unit_leaves_nothing_behind_and_the_next_takes_its_place() -> None:
    bad = Unit([comment(1, "paris", 1), comment(2, "paris", 2), comment(3, "paris", 2)])
    placement = placed([bad, Unit([comment(4, "paris", 1)])])
    assert isinstance(placement.answers[0], SequenceRepeated)
    assert placement.answers[0].position == 2
    assert placement.answers[1] == [Placed(0, new=True)]
    assert placement.seqs == [1]
    assert placement.sources == {SOURCE: SourceHead(1, ())}
    assert placement.keys() == [(SOURCE, "4")]


def test_a_version_is_expected_of_the_incident_as_the_units_before_it_left_it() -> None:
    units = [Unit([comment(number, "paris")], expected_seq=0) for number in (1, 2)]
    units += [Unit([comment(3, "paris"), comment(4, "paris")], expected_seq=1), Unit([comment(5, "paris")], 3)]
    placement = placed(units)
    conflict = placement.answers[1]
    assert isinstance(conflict, SeqConflict)
    assert (conflict.expected, conflict.actual) == (0, 1)
    assert [isinstance(answer, list) for answer in placement.answers] == [True, False, True, True]
    assert placement.incidents["paris"].seq == 4


def test_a_repetition_is_answered_whatever_version_it_expects() -> None:
    again = comment(1, "paris")
    head = IncidentHead(6, 8, leaf_hash(b"8"))
    placement = placed([Unit([again], 0)], tip(9, {"paris": head}), {again.key: Known(0, again.content)})
    assert placement.answers == [[Placed(0, new=False)]]


def test_a_jump_in_a_sources_numbering_is_recorded_just_before_the_event_that_jumped() -> None:
    placement = placed(alone(comment(1, sequence=1), comment(4, "paris", 4)))
    assert [entry.type for entry in entries(placement)] == [
        "comment.received",
        "ingest.gap_detected",
        "comment.received",
    ]
    assert placement.answers == [[Placed(0, new=True)], [Placed(2, new=True)]]
    told = json.loads(placement.events[1].openings)
    assert (told["expected"]["value"], told["got"]["value"], told["source"]["value"]) == (2, 4, SOURCE)
    assert placement.events[1].source == "urn:ledgerd:demo"
    assert placement.incidents["paris"].seq == 1, "the service's own event stands outside the incident"
    assert placement.sources == {SOURCE: SourceHead(4, ((2, 3),))}


def test_a_late_number_is_recorded_as_filling_its_gap() -> None:
    placement = placed(alone(comment(3, sequence=3)), tip(1, sources={SOURCE: SourceHead(9, ((2, 4),))}))
    assert [entry.type for entry in entries(placement)] == ["ingest.gap_filled", "comment.received"]
    assert json.loads(placement.events[0].openings)["sequence"]["value"] == 3
    assert placement.sources == {SOURCE: SourceHead(9, ((2, 2), (4, 4)))}


def test_a_used_number_under_another_id_is_refused_with_the_last() -> None:
    placement = placed(alone(comment("x", sequence=5)), tip(9, sources={SOURCE: SourceHead(9, ((2, 4),))}))
    refusal = placement.answers[0]
    assert isinstance(refusal, SequenceRepeated)
    assert (refusal.position, refusal.sequence, refusal.last) == (0, 5, 9)
    assert not placement.events


def test_gaps_beyond_what_is_kept_are_refused_but_numbers_in_order_go_on() -> None:
    gaps = tuple((number, number) for number in range(1, 2 * MAX_GAPS, 2))
    head = SourceHead(2 * MAX_GAPS, gaps)
    units = alone(comment("far", sequence=head.seq + 2), comment("next", sequence=head.seq + 1))
    placement = placed(units, tip(1, sources={SOURCE: head}))
    assert isinstance(placement.answers[0], TooManyGaps)
    assert placement.answers[1] == [Placed(1, new=True)]


def test_what_a_batch_needs_is_its_incidents_and_numbering_sources() -> None:
    units = [Unit([comment(1, "paris", 1), comment(2, source="urn:plain")]), Unit([comment(3, "lyon")])]
    assert needs(units) == ({"paris", "lyon"}, {SOURCE})
