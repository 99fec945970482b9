"""The charts of roles and of cadence: places, tracks, round times."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.strict import JsonObject
from ledger.pages.charts.cadence import cadence_chart, waits
from ledger.pages.charts.plan_lanes import plan_chart
from ledger.pages.charts.spells import Lane, Spell, spells_chart
from ledger.pages.charts.time_axis import TimeAxis

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def spell(begun: float, ended: float | None, text: str = "") -> Spell:
    return Spell(at(begun), None if ended is None else at(ended), text, "held")


def test_a_bar_lies_where_its_time_does_and_one_without_an_end_reaches_to_the_last() -> None:
    chart = spells_chart([Lane("lead", [spell(0, 5, "ana"), spell(5, None, "malik")])], at(0), at(10))
    bars = chart.lanes[0].bars
    assert [(bar.spell.text, bar.x, bar.width, bar.y) for bar in bars] == [("ana", 0, 50, 18), ("malik", 50, 50, 18)]


def test_who_holds_a_role_along_with_another_lies_below_and_a_free_track_is_taken_again() -> None:
    together = [spell(0, 4), spell(2, 10), spell(4, 10)]
    first, second, third = spells_chart([Lane("lead", together)], at(0), at(10)).lanes[0].bars
    assert first.y == third.y < second.y


def test_a_spell_of_seconds_is_seen_and_stays_within_the_chart_and_one_outside_is_left_out() -> None:
    brief = Spell(at(10) - timedelta(seconds=1), at(10), "", "vacant")
    bars = spells_chart([Lane("lead", [brief, spell(-3, -1), spell(11, 12)])], at(0), at(10)).lanes[0].bars
    assert [bar.spell for bar in bars] == [brief]
    assert bars[0].width > 0.1
    assert bars[0].x + bars[0].width <= 100


@given(st.integers(0, 400 * 86_400), st.integers(0, 3000 * 86_400))
def test_the_times_below_a_chart_are_few_round_in_order_and_have_room(begun: int, seconds: int) -> None:
    first = NOON + timedelta(seconds=begun)
    axis = TimeAxis.over(first, first + timedelta(seconds=seconds))
    ticks = axis.ticks()
    assert len(ticks) <= 6
    assert all(axis.first <= tick.at <= axis.last and tick.at.second == 0 and 5 <= tick.x <= 95 for tick in ticks)
    assert [tick.x for tick in ticks] == sorted({tick.x for tick in ticks})
    assert all(tick.at.hour == tick.at.minute == 0 for tick in ticks if tick.form == "day")


def update(event: int, hours: float) -> JsonObject:
    return {
        "update_id": f"point-{event}",
        "versions": [{"event": event, "update_id": f"point-{event}", "at": told(hours)}],
    }


def told(hours: float) -> str:
    return at(hours).isoformat()


def promise(event: int, due: float, next_: int | None, status: str) -> JsonObject:
    return {"event": event, "due": told(due), "next": next_, "status": status}


def test_a_promise_is_judged_by_what_part_of_its_time_went_by() -> None:
    answer = {"updates": [update(1, 0), update(2, 0.5), update(3, 2), update(4, 12)]}
    made = [
        promise(1, 1, 2, "kept"),
        promise(2, 1.5, 3, "missed"),
        promise(3, 3, 4, "missed"),
        promise(4, 14, None, "pending"),
    ]
    found = waits(answer, {"promises": made}, at(13))
    assert [(wait.event, wait.x, wait.beyond) for wait in found] == [
        (4, 25, False),
        (3, 98, True),
        (2, 75, False),
        (1, 25, False),
    ]
    assert [wait.came for wait in found] == [None, told(12), told(2), told(0.5)]


def test_only_the_newest_promises_are_drawn_and_a_promise_of_no_time_lies_beyond() -> None:
    answer = {"updates": [update(number, number) for number in range(40)]}
    made = [promise(number, number, number + 1, "missed") for number in range(39)]
    chart = cadence_chart(waits(answer, {"promises": made}, at(50)))
    assert chart is not None
    assert (len(chart.waits), chart.left_out, chart.waits[0].event) == (24, 15, 38)
    assert {wait.x for wait in chart.waits} == {98}
    assert cadence_chart([]) is None


def test_a_plan_that_nobody_used_has_no_chart_and_an_end_that_is_withheld_is_no_spell_without_end() -> None:
    role = {"role": "lead", "standing": False, "begun": told(1)}
    empty: JsonObject = {"used": [], "roles": [], "monitors": [], "since": None}
    assert plan_chart(empty, at(9)) is None
    assert plan_chart({**empty, "roles": [{**role, "standing": True, "ended": None}]}, at(9)) is None
    known = plan_chart({**empty, "roles": [{**role, "person": "ana", "ended": told(5)}], "since": told(0)}, at(9))
    kept_back = plan_chart({**empty, "roles": [role], "since": told(0)}, at(9))
    assert known is not None
    assert kept_back is not None
    assert known.lanes[0].bars[0].width == 80
    assert kept_back.lanes[0].bars[0].width < 1
