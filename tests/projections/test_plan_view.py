"""The plan's view of the sample crisis: every figure computed by hand, and again from the events at its indexes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projections.blindness import blind_windows
from projections.event import Event
from projections.facts import Fact
from projections.plan_use import gaps
from projections.shown import Figure
from projections.views.plan import PlanView
from projections.views.plan_answer import PlanAnswer
from tests.projections.crisis import BEGUN, END, crisis, seen


def plan(events: Any = None, at: datetime = END) -> PlanAnswer:
    answer: PlanAnswer = seen(PlanView(), crisis() if events is None else events, at=at)
    return answer


def at(seconds: float) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


def until(seconds: float) -> list[Event]:
    return [event for event in crisis() if event.moment <= at(seconds)]


def moved(event: Event, index: int, seconds: float, **fields: object) -> Event:
    """The event told once more, under another index, of another time, with other fields."""
    changed = {"time": at(seconds).isoformat(), **fields}
    return replace(event, index=index, openings=dict(event.openings) | {n: {"value": v} for n, v in changed.items()})


def of(kind: str, **fields: object) -> Event:
    return next(e for e in crisis() if e.type == kind and all(e.value(n) == v for n, v in fields.items()))


def told(figure: Figure) -> list[Event]:
    return [crisis()[index] for index in figure.indexes]


def types(figure: Figure) -> list[str]:
    return [event.type for event in told(figure)]


def test_the_plan_was_activated_23_minutes_after_the_first_surge() -> None:
    figure = plan().figures.seconds_to_activation
    surge, activated = told(figure)
    bucket: Any = surge.value("bucket")
    assert figure.value == (activated.moment - datetime.fromisoformat(bucket["from"])).total_seconds() == 2580 - 1200


def test_nobody_ever_held_a_mandatory_role_so_the_team_was_never_complete() -> None:
    figures = plan().figures
    assert figures.seconds_to_last_mandatory_role.value is None
    roles: Any = told(figures.mandatory_roles_held)[0].value("roles")
    required = {role["role"] for role in roles if role.get("mandatory", True)}
    held = {e.value("role") for e in told(figures.mandatory_roles_held) if e.type == "role.accepted"}
    assert required - held == {"community_manager"}
    assert figures.mandatory_roles_held.value == len(held) / len(required) == 0.75


def test_once_the_last_mandatory_role_is_accepted_its_time_counts() -> None:
    accepted = moved(of("role.accepted", role="legal"), 900, 5000, role="community_manager", person="ana")
    figure = plan([*crisis(), accepted]).figures.seconds_to_last_mandatory_role
    assert (figure.value, figure.indexes[-1]) == (5000 - 1200, 900)


def test_vacancies_of_mandatory_roles_are_shown_from_the_activation_on() -> None:
    answer = plan()
    assert [(one.role, one.begun, one.ended) for one in answer.vacancies] == [
        ("incident_lead", at(2580), at(2592)),
        ("community_manager", at(2580), at(85700)),
        ("moderator", at(2580), at(2700)),
        ("legal", at(2580), at(4300)),
    ]
    figure = answer.figures.vacant_seconds
    _, activated, *accepted, deactivated = told(figure)
    assert {e.type for e in accepted} == {"role.accepted"}
    waits = [(e.moment - activated.moment).total_seconds() for e in accepted]
    assert figure.value == sum(waits) + (deactivated.moment - activated.moment).total_seconds() == 84_972


def test_roles_were_held_by_whom_when() -> None:
    spells = [(one.role, one.person, one.begun, one.ended) for one in plan().roles]
    assert spells == [
        ("incident_lead", "jeanne", at(2592), at(19800)),
        ("incident_lead", "malik", at(19800), at(50400)),
        ("incident_lead", "jeanne", at(50400), at(86040)),
        ("legal", "hugo", at(4300), at(85980)),
        ("moderator", "tomas", at(2700), at(85860)),
        ("scribe", "ines", at(2735), at(85920)),
    ]


def test_a_role_given_and_not_yet_accepted_is_waiting_and_vacant() -> None:
    answer = plan(until(2650), at(2650))
    assert [(one.role, one.person) for one in answer.waiting] == [
        ("legal", "hugo"),
        ("moderator", "tomas"),
        ("scribe", "ines"),
    ]


def test_a_spell_that_nothing_ended_ends_at_its_until() -> None:
    without = [event for event in crisis() if event.index != 443 and event.type != "role.released"]
    night = next(one for one in plan(without).roles if one.person == "malik")
    assert night.ended == at(50400)
    assert any(one.role == "incident_lead" and one.begun == at(50400) for one in plan(without).vacancies)


def test_steps_were_done_left_out_and_late() -> None:
    answer = plan()
    assert [(line.plan_step, line.status, line.late) for line in answer.steps] == [
        ("robot", "done", False),
        ("portillons", "done", True),
        ("premier-point", "done", False),
        ("consigne", "done", True),
        ("presse", "done", False),
        ("telephone", "skipped", False),
    ]
    figures = answer.figures
    assert (figures.steps_done.value, set(types(figures.steps_done))) == (5, {"step.completed"})
    assert [event.value("plan_step") for event in told(figures.steps_skipped)] == ["telephone"]
    assert figures.steps_overdue.value == 0


def test_the_figures_of_steps_follow_from_their_events() -> None:
    figures = plan().figures
    published, activated, *done = told(figures.mandatory_steps_done)
    planned: Any = published.value("steps")
    required = {step["plan_step"] for step in planned if step.get("mandatory", True)}
    assert figures.mandatory_steps_done.value == len({e.value("plan_step") for e in done} & required) / len(required)
    allowed = {step["plan_step"]: 60 * step["within_minutes"] for step in planned}
    late = [
        event
        for event in told(figures.steps_late)[2:]
        if (event.moment - activated.moment).total_seconds() > allowed[str(event.value("plan_step"))]
    ]
    assert figures.steps_late.value == len(late) == 2


def test_what_is_neither_done_nor_left_out_is_overdue_at_the_moment() -> None:
    figures = plan(until(5600), at(5600)).figures
    # Activated at 2580: portillons were due at 3480, consigne at 4380; both were done later.
    assert (figures.steps_overdue.value, types(figures.steps_overdue)) == (2, ["plan.published", "plan.activated"])
    assert plan(until(3480), at(3480)).figures.steps_overdue.value == 0, "what is due just now is not overdue"


def test_a_plan_edited_in_the_incident_is_visible_and_moves_no_due_time() -> None:
    revised = moved(of("plan.revised"), 900, 3000)
    again = moved(of("plan.activated"), 901, 3100, version="4")
    answer = plan([*crisis(), revised, again])
    assert [use.edited for use in answer.used] == [[900], []]
    assert [use.version for use in answer.used] == ["3", "4"]
    due = {line.plan_step: line.due for line in answer.steps}
    assert due["robot"] == at(2580 + 600)
    assert due["envois-programmes"] == at(3100 + 300), "a step counts from the activation that first asked for it"


def test_the_version_in_force_is_the_last_one_published() -> None:
    assert plan().in_force == {"plan-crise": of("plan.revised").index}
    assert plan(until(800_000), at(800_000)).in_force == {"plan-crise": of("plan.published").index}


def test_a_step_done_before_the_plan_was_activated_or_its_text_known_is_done() -> None:
    early = [event for event in crisis() if event.type.startswith("step.")]
    rest = [event for event in crisis() if not event.type.startswith("step.")]
    jumbled = [replace(event, index=number) for number, event in enumerate([*early, *rest[::-1]])]
    unlinked = [event for event in jumbled if event.type != "event.linked"]
    assert [line.status for line in plan(unlinked).steps] == [line.status for line in plan().steps]


def test_an_activation_of_an_unknown_plan_asks_for_nothing_and_says_so() -> None:
    answer = plan([event for event in crisis() if event.type != "plan.published"])
    assert [use.text for use in answer.used] == [None]
    assert {line.mandatory for line in answer.steps} == {False}
    assert answer.figures.mandatory_steps_done.value is None


def test_escalations_were_answered_in_time_until_their_deadline_judged_open() -> None:
    figure = plan().figures.escalations_acknowledged_in_time
    answers = {e.value("escalation"): e.moment for e in told(figure) if e.type == "escalation.acknowledged"}
    raised = [e for e in told(figure) if e.type == "escalation.raised"]
    kept = [e for e in raised if answers[e.index] <= datetime.fromisoformat(e.text("deadline") or "")]
    assert figure.value == len(kept) == 2
    (first,) = plan(until(2200), at(2200)).escalations
    assert (first.status, first.in_time) == ("open", None)
    unanswered = [event for event in until(2731) if event.type != "escalation.acknowledged"]
    (first,) = plan(unanswered, at(2731)).escalations
    assert (first.status, first.in_time) == ("expired", False)


def test_the_monitor_was_blind_for_95_seconds() -> None:
    figures = plan().figures
    failed, recovered = told(figures.blind_seconds)
    begun, ended = (datetime.fromisoformat(recovered.text(name) or "") for name in ("from", "to"))
    assert datetime.fromisoformat(failed.text("from") or "") == begun
    assert figures.blind_seconds.value == figures.blind_seconds_during.value == (ended - begun).total_seconds() == 95


def test_a_monitor_that_still_sees_nothing_is_blind_until_the_moment() -> None:
    answer = plan([event for event in crisis() if event.type != "monitor.recovered"], at(4110))
    (window,) = answer.monitors[0].blind
    assert (window.ended, window.seconds.value) == (None, 1000)


def test_a_recovery_without_a_failure_says_itself_since_when() -> None:
    answer = plan([event for event in crisis() if event.type != "monitor.failed"])
    assert answer.figures.blind_seconds.value == 95


def test_drills_stand_apart_and_count_nowhere_else() -> None:
    answer = plan()
    assert [(one.event, one.passed) for one in answer.drills.told] == [(3, None), (5, False)]
    assert list(answer.drills.events.indexes) == [3, 4, 5]
    drilled = [replace(e, openings=dict(e.openings) | {"exercise": {"value": True}}) for e in crisis()]
    only = plan(drilled)
    assert (only.used, only.roles, only.steps, only.escalations, only.in_force) == ([], [], [], [], {})


times = st.integers(0, 50).map(at)


@given(st.lists(st.tuples(times, times).map(lambda pair: (min(pair), max(pair)))), times, times)
def test_every_second_is_either_held_or_vacant(
    held: list[tuple[datetime, datetime]], begun: datetime, ended: datetime
) -> None:
    free = gaps(held, begun, ended)
    for second in range(51):
        moment = at(second + 0.5)
        vacant = begun < moment < ended and not any(first < moment < last for first, last in held)
        assert vacant == any(first < moment < last for first, last in free)


@given(st.permutations([(0, 10), (5, 20), (30, 40)]), st.sampled_from([0, 1, 2]), st.randoms())
def test_blind_windows_are_the_same_in_whichever_order_they_were_told(
    windows: list[tuple[int, int]], untold: int, random: Any
) -> None:
    facts = []
    for number, (begun, ended) in enumerate(windows):
        said = {"from": at(begun).isoformat(), "to": at(ended).isoformat()}
        facts.append(Fact(event=number, at=END, recorded_at=END, type="monitor.recovered", said=said))
        if number != untold:
            facts.append(Fact(event=10 + number, at=END, recorded_at=END, type="monitor.failed", said=said))
    random.shuffle(facts)
    assert [(one.begun, one.ended) for one in blind_windows(facts)] == [(at(0), at(20)), (at(30), at(40))]
