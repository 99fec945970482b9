"""A projection folded anew equals the one that was kept up to date, at every moment of any history."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from events.canonical import canonical
from events.vocabulary import about
from ledger.runner.folding import Place, fold, replay, sorted_json, steps
from projections import PROJECTIONS
from projections.event import Event
from projections.linking import linked, with_linked
from projections.marks import ORIGINS
from projections.projection import index_key
from tests.projections.histories import Step, events_of, histories, lay


def kept_up(stored: dict[Place, str], log: list[Event], first: int, end: int) -> None:
    """Fold one slice as the runner does: from the rows as the database gives them back, in its own spelling."""
    events = log[first:end]
    builds = [(projection, 1000 * projection.version) for projection in PROJECTIONS]
    before = {place: canonical(json.loads(row)).decode() for place, row in stored.items()}
    known = {event.index: event for event in log}
    folded = fold(steps(builds, with_linked(events, known.get)), before)
    stored.update({place: row for place, (row, _) in folded.items()})


def replayed(events: list[Event]) -> dict[Place, str]:
    return {
        Place(projection.name, 1000 * projection.version, key): row
        for projection in PROJECTIONS
        for key, row in replay(projection, events).items()
    }


@given(histories, st.lists(st.integers(0, 30), max_size=5))
def test_a_replay_equals_what_was_kept_up_after_every_slice(history: list[Step], cuts: list[int]) -> None:
    events, stored = events_of(lay(history)), dict[Place, str]()
    for first, end in pairwise(sorted({0, *(cut for cut in cuts if cut < len(events)), len(events)})):
        kept_up(stored, events, first, end)
        assert {place: sorted_json(row) for place, row in stored.items()} == replayed(events[:end])


@given(histories)
def test_a_replay_equals_what_was_kept_up_event_by_event(history: list[Step]) -> None:
    events, stored = events_of(lay(history)), dict[Place, str]()
    for end in range(1, len(events) + 1):
        kept_up(stored, events, end - 1, end)
        assert {place: sorted_json(row) for place, row in stored.items()} == replayed(events[:end])


@given(histories)
def test_nothing_is_left_out_of_an_incidents_timeline_and_nothing_is_brought_in_but_by_a_link(
    history: list[Step],
) -> None:
    events = events_of(lay(history))
    expected = {
        (event.incident, index)
        for event in events
        if event.incident is not None
        for index in (event.index, linked(event))
        if index is not None
    }
    rows = {place.key for place in replayed(events) if place.projection == "timeline"}
    assert rows == {(incident, index_key(index)) for incident, index in expected}


@given(histories)
def test_the_first_link_counts_and_an_event_of_the_incident_itself_needs_none(history: list[Step]) -> None:
    events = events_of(lay(history))
    for place, row in replayed(events).items():
        if place.projection == "timeline":
            index = json.loads(row)["index"]
            links = [e.index for e in events if e.incident == place.key.incident and linked(e) == index]
            own = events[index].incident == place.key.incident
            assert json.loads(row)["linked_by"] == (None if own else min(links))


@given(histories)
def test_every_mark_is_kept_in_the_order_of_the_log_however_early_it_came(history: list[Step]) -> None:
    events = events_of(lay(history))
    marks = {
        place.key.key: json.loads(row)["marks"]
        for place, row in replayed(events).items()
        if place.projection == "marks"
    }
    expected: dict[str, list[list[object]]] = {}
    for event in events:
        named = about(event.type)
        personal = named is not None and named[0] in {"author", "subject"}
        if named and not personal and event.type not in ORIGINS and event.value(named[1]) is not None:
            expected.setdefault(f"{named[0]}|{event.value(named[1])}", []).append([event.type, event.index])
    assert marks == expected


@given(histories)
def test_what_is_withheld_or_erased_breaks_no_fold(history: list[Step]) -> None:
    events = [Event(e.index, e.type, e.source, e.accepted_at, e.incident, e.seq, {}) for e in events_of(lay(history))]
    assert {place.key.incident for place in replayed(events) if place.projection == "incidents"} == {
        event.incident for event in events if event.incident is not None
    }
