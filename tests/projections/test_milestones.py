"""The milestones of an incident: what came first by its source's clock, and when it all began."""

from dataclasses import replace
from datetime import timedelta

from ledger.demo import INCIDENT
from projections.event import Event
from projections.folding import rows_of
from projections.linking import with_linked
from projections.milestones import MILESTONES, Beginning, Milestone, MilestonesRow
from projections.projection import RowKey
from tests.projections.crisis import BEGUN, crisis


def milestones(events: list[Event]) -> MilestonesRow:
    known = {event.index: event for event in events}
    return rows_of(MILESTONES, with_linked(events, known.get))[RowKey(INCIDENT, "")]


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def of(event_type: str) -> list[Event]:
    return [event for event in crisis() if event.type == event_type]


def test_the_sample_crisis_began_with_the_bucket_of_its_first_surge() -> None:
    row = milestones(list(crisis()))
    assert row.beginning == Beginning("surge", of("surge.detected")[0].index, BEGUN + after(1200))
    assert row.first_public_update == Milestone(117, BEGUN + after(3300))
    assert row.first_activation == Milestone(69, BEGUN + after(2580))
    assert row.first_comment == Milestone(6, BEGUN + after(90.96)), (
        "a comment that was linked in counts among the others"
    )
    assert row.closed is not None
    assert row.closed.event == of("incident.closed")[0].index


def test_without_a_surge_it_began_when_it_was_opened_else_with_the_first_comment() -> None:
    calm = [event for event in crisis() if not event.type.startswith("surge.")]
    opened = of("incident.opened")[0]
    assert milestones(calm).beginning == Beginning("opened", opened.index, opened.moment)
    unopened = [event for event in calm if event.type != "incident.opened"]
    assert milestones(unopened).beginning == Beginning("comment", 6, BEGUN + after(90.96))


def test_what_is_recorded_late_still_came_first() -> None:
    (activated,) = of("plan.activated")
    earlier = dict(activated.openings) | {"time": {"value": "2026-11-20T17:00:00Z"}}
    late = replace(activated, index=1000, openings=earlier)
    row = milestones([*crisis(), late])
    assert row.first_activation is not None
    assert row.first_activation.event == 1000


def test_what_was_reopened_is_not_closed_until_it_is_closed_again() -> None:
    (closed,) = of("incident.closed")
    times = [(closed.moment + after(60 * n)).isoformat() for n in (1, 2)]
    reopened = replace(
        closed, index=1000, type="incident.reopened", openings=dict(closed.openings) | {"time": {"value": times[0]}}
    )
    again = replace(closed, index=1001, openings=dict(closed.openings) | {"time": {"value": times[1]}})
    assert milestones([*crisis(), reopened]).closed is None
    row = milestones([*crisis(), reopened, again])
    assert row.closed is not None
    assert row.closed.event == 1001


def test_a_drill_sets_no_milestone() -> None:
    drilled = [replace(event, openings=dict(event.openings) | {"exercise": {"value": True}}) for event in crisis()]
    known = {event.index: event for event in drilled}
    assert rows_of(MILESTONES, with_linked(drilled, known.get)) == {}
