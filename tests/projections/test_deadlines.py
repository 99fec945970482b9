"""What was missed is found once its time has passed; its honest twin, met in time, never is."""

from itertools import permutations

import pytest

from projections.deadlines.promises import PROMISES
from projections.deadlines.silences import SILENCES
from projections.event import Event
from projections.folding import rows_of
from tests.projections.crisis import END, crisis
from tests.projections.deadlines import at, instant, judged, told

GRACE = 2


def update(index: int, minutes: float, due: float | None, audience: str = "public") -> Event:
    promised = None if due is None else instant(due)
    return told(index, "update.published", minutes, audience=audience, next_update_due=promised)


PLAN = told(
    0,
    "plan.published",
    -60,
    incident=None,
    plan_id="p",
    version="1",
    steps=[{"plan_step": "call", "what": "Call.", "within_minutes": 10}, {"plan_step": "sleep", "what": "Sleep."}],
)
ACTIVATED = told(1, "plan.activated", 0, plan_id="p", version="1", trigger=0)
MADE = told(0, "commitment.made", 0, commitment_id="c", due=instant(30))
RAISED = told(0, "escalation.raised", 0, deadline=instant(10))
CASES = {
    "update": ([update(0, 0, 30)], 30, update(9, 30, None), update(9, 30.1, None)),
    "commitment": (
        [MADE],
        30,
        told(9, "commitment.kept", 30, commitment_id="c"),
        told(9, "commitment.kept", 30.1, commitment_id="c"),
    ),
    "commitment cancelled": (
        [MADE],
        30,
        told(9, "commitment.cancelled", 29, commitment_id="c"),
        told(9, "commitment.cancelled", 31, commitment_id="c"),
    ),
    "escalation": (
        [RAISED],
        10,
        told(9, "escalation.acknowledged", 10, escalation=0),
        told(9, "escalation.acknowledged", 11, escalation=0),
    ),
    "step": (
        [PLAN, ACTIVATED],
        10,
        told(9, "step.completed", 10, plan_step="call"),
        told(9, "step.completed", 11, plan_step="call", plan_id="p"),
    ),
    "step skipped": (
        [PLAN, ACTIVATED],
        10,
        told(9, "step.skipped", 10, plan_step="call", plan_id="p"),
        told(9, "step.skipped", 11, plan_step="call"),
    ),
    "plan deactivated": (
        [PLAN, ACTIVATED],
        10,
        told(9, "plan.deactivated", 10, plan_id="p", version="1"),
        told(9, "plan.deactivated", 11, plan_id="p", version="1"),
    ),
}
TYPES = {
    "update": "cadence.missed",
    "commitment": "commitment.missed",
    "escalation": "escalation.expired",
    "step": "step.overdue",
    "plan": "step.overdue",
}


@pytest.mark.parametrize("case", CASES)
def test_what_nothing_answered_was_missed_once_what_came_in_time_would_be_recorded(case: str) -> None:
    log, due, _, _ = CASES[case]
    assert judged(log, due + GRACE - 0.01) == []
    [event] = judged(log, due + GRACE)
    assert (event.type, event.time) == (TYPES[case.split(maxsplit=1)[0]], at(due))
    assert event.incident == "paris"
    cause = log[-1].index
    assert cause in event.data.values(), "what it follows from"
    assert str(cause) in event.identity


@pytest.mark.parametrize("case", CASES)
def test_what_came_in_time_be_it_at_the_last_moment_was_not_missed(case: str) -> None:
    log, due, in_time, _ = CASES[case]
    for order in permutations([*log, in_time]):
        assert judged(order, due + 100_000) == []


@pytest.mark.parametrize("case", CASES)
def test_what_came_too_late_was_missed_all_the_same_in_whatever_order_it_is_told(case: str) -> None:
    log, due, _, too_late = CASES[case]
    [expected] = judged(log, due + GRACE)
    for order in permutations([*log, too_late]):
        assert judged(order, due) == [expected], "known to be late, so nobody waits for it"


@pytest.mark.parametrize("case", CASES)
def test_what_is_on_record_is_not_found_again_and_stands_though_an_answer_in_time_is_told_later(case: str) -> None:
    log, due, in_time, too_late = CASES[case]
    [event] = judged(log, due + GRACE)
    recorded = told(5, event.type, due, due + GRACE, **event.data)
    for later in ([], [in_time], [too_late]):
        assert judged([*log, recorded, *later], due + 100_000) == []


@pytest.mark.parametrize("case", CASES)
def test_a_drill_is_missed_as_a_drill_and_answered_by_drills_alone(case: str) -> None:
    log, due, in_time, _ = CASES[case]
    drill = [event if event is PLAN else exercised(event) for event in log]
    for answers in ([], [in_time]):
        [event] = judged([*drill, *answers], due + GRACE)
        assert event.data["exercise"] is True
    assert judged([*drill, exercised(in_time)], due + GRACE) == []
    assert len(judged([*log, exercised(in_time)], due + GRACE)) == 1


def exercised(event: Event) -> Event:
    openings = {**event.openings, "exercise": {"value": True}}
    return Event(event.index, event.type, event.source, event.accepted_at, event.incident, event.seq, openings)


def test_what_is_told_in_retrospect_is_given_time_to_be_told_whole() -> None:
    log = [told(0, "update.published", 0, 600, audience="public", next_update_due=instant(30))]
    assert judged(log, 600 + GRACE - 0.01) == []
    assert len(judged(log, 600 + GRACE)) == 1


def test_a_null_promises_nothing_and_each_audience_has_its_own_promises() -> None:
    assert judged([update(0, 0, None)], 1000) == []
    [event] = judged([update(0, 0, 30), update(1, 10, None, "staff")], 1000)
    assert event.data == {"due_at": instant(30), "last_update": 0}


def test_an_update_before_the_promise_keeps_it_not_whenever_it_is_recorded() -> None:
    assert len(judged([update(0, 0, 30), update(1, -5, None)], 1000)) == 1


def test_a_due_time_moved_before_it_passed_counts_no_more_and_the_new_one_does() -> None:
    moved = told(1, "commitment.due_changed", 20, commitment_id="c", due=instant(60))
    for log in ([MADE, moved], [moved, MADE]):
        assert judged(log, 59) == []
        [event] = judged(log, 100)
        assert event.data == {"commitment_id": "c", "due": instant(60), "cause": 1}


def test_a_due_time_moved_after_it_passed_was_missed_and_the_new_one_may_be_too() -> None:
    moved = told(1, "commitment.due_changed", 40, commitment_id="c", due=instant(60))
    assert [event.data["cause"] for event in judged([MADE, moved], 100)] == [0, 1]


def test_a_plan_published_after_its_activation_counts_from_the_activation() -> None:
    late = told(2, "plan.published", 5, None, None, plan_id="p", version="1", steps=PLAN.value("steps"))
    assert judged([ACTIVATED, late], 1000) == judged([PLAN, ACTIVATED], 1000)


def test_another_version_of_the_plan_changes_nothing_of_what_was_due() -> None:
    steps = [{"plan_step": "call", "what": "Call.", "within_minutes": 1}]
    revised = [
        told(2, "plan.revised", 2, None, None, plan_id="p", version=version, steps=steps) for version in ("1", "2")
    ]
    assert judged([PLAN, ACTIVATED, *revised], 11.9) == []


def test_a_row_waits_in_the_queue_until_nothing_of_it_can_be_missed_any_more() -> None:
    def waits(*log: Event) -> bool:
        [row] = rows_of(PROMISES, log).values()
        return PROMISES.rank(row) is not None

    assert waits(update(0, 0, 30))
    assert not waits(update(0, 0, 30), update(1, 30, None))
    assert waits(update(0, 0, 30), update(1, 31, None))
    assert not waits(update(0, 0, 30), told(1, "cadence.missed", 30, 32, last_update=0, due_at=instant(30)))


def signs(gaps: list[float], source: str = "urn:x") -> list[Event]:
    times = [sum(gaps[:count]) for count in range(len(gaps) + 1)]
    return [told(index, "comment.received", time, incident=None, source=source) for index, time in enumerate(times)]


def test_a_regular_source_is_silent_after_three_of_its_usual_gaps_and_no_sooner() -> None:
    log = signs([5] * 20)
    last = 100
    assert judged(log, last + 1 + 14.99) == []
    [event] = judged(log, last + 1 + 15)
    assert event.data == {"source": "urn:x", "since": instant(100), "usual_gap_seconds": 300, "last_event": 20}
    assert (event.type, event.identity, event.incident) == ("source.silent", "source.silent:20", None)
    again = told(21, "comment.received", 110, incident=None, source="urn:x")
    assert judged([*log, again], last + 1 + 15) == []


def test_a_silence_is_on_record_once_and_the_next_one_is_another() -> None:
    log = [
        *signs([5] * 20),
        told(21, "source.silent", 116, 117, incident=None, source="urn:x", last_event=20),
    ]
    assert judged(log, 10_000) == []
    heard = told(22, "comment.received", 200, incident=None, source="urn:x")
    [event] = judged([*log, heard], 10_000)
    assert event.data["last_event"] == 22


@pytest.mark.parametrize(
    "gaps", [[5] * 11, [0.001] * 5000, [0.5, 0.5, 0.5, 30, 500, 2, 90, 0.5] * 4], ids=["few", "batch", "in fits"]
)
def test_of_a_source_that_is_not_regular_nobody_can_tell(gaps: list[float]) -> None:
    assert judged(signs(gaps), 1_000_000) == []
    assert all(SILENCES.rank(row) is None for row in rows_of(SILENCES, signs(gaps)).values())


def test_of_the_sample_crisis_what_came_late_is_on_record_and_nothing_else() -> None:
    """By hand: point-5 came after 20:35, two steps took longer than planned, the fines were repaid late."""
    minutes = (END - at(0)).total_seconds() / 60
    found = {
        (event.type, event.data.get("plan_step") or event.data.get("commitment_id"))
        for event in judged(crisis(), minutes)
        if event.incident
    }
    assert found == {
        ("cadence.missed", None),
        ("step.overdue", "portillons"),
        ("step.overdue", "consigne"),
        ("commitment.missed", "amendes-remboursees"),
    }
