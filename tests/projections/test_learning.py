"""What was learned of the sample crisis, counted by hand, and whether it had been learned before."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from ledger.demo import INCIDENT
from projections.event import Event
from projections.shown import Figure
from projections.views.learning import LearningAnswer, LearningView
from tests.projections.crisis import END, crisis, seen
from tests.projections.written import Written, hour, written

LEARNING = LearningView()


def learned(events: Sequence[Event], incident: str = INCIDENT, at: datetime = END) -> LearningAnswer:
    answer: LearningAnswer = seen(LEARNING, events, incident, at)
    return answer


def indexes(kind: str, **fields: object) -> list[int]:
    """The events of the sample crisis of a type that say this, found without any fold."""
    return [
        event.index
        for event in crisis()
        if event.type == kind and all(event.value(name) == value for name, value in fields.items())
    ]


def told(figure: Figure) -> tuple[float | None, list[int]]:
    return figure.value, list(figure.indexes)


def test_the_causes_stand_with_their_evidence_also_the_one_that_was_rejected() -> None:
    attack, certificate = learned(crisis()).causes
    assert (attack.root_cause, attack.state, attack.taxonomy, attack.evidence) == (
        "attaque",
        "rejected",
        "attack",
        (32,),
    )
    assert told(attack.told) == (2, [141, 324])
    assert (certificate.state, certificate.taxonomy, certificate.method) == ("revised", "unowned_alert", "5-whys")
    assert (certificate.evidence, certificate.confidence) == ((454, 502), 0.95)
    assert told(certificate.told) == (2, [*indexes("root_cause.identified", root_cause_id="certificat-expire"), 504])


def test_a_cause_shows_how_it_came_to_that_word_by_word() -> None:
    attack, certificate = learned(crisis()).causes
    assert [(version.event, version.state) for version in attack.versions] == [(141, "identified"), (324, "rejected")]
    assert [version.diff for version in attack.versions] == [None, None]
    first, revised = certificate.versions
    assert (first.diff, first.reason, revised.cause) == (None, None, certificate.cause)
    assert revised.diff is not None
    assert "".join(run.text for run in revised.diff if run.kind != "insert") == first.cause
    assert "".join(run.text for run in revised.diff if run.kind != "delete") == revised.cause
    assert revised.reason is not None


def test_factors_and_what_went_well_stand_with_their_events() -> None:
    answer = learned(crisis())
    assert [note.index for note in answer.factors] == [506, 507, 508] == indexes("contributing_factor.recorded")
    assert [note.root_cause for note in answer.factors] == ["certificat-expire", None, None]
    assert [note.index for note in answer.went_well] == [509, 510] == indexes("what_went_well.recorded")


def test_actions_stand_by_due_time_with_their_owners_and_how_far_they_came() -> None:
    answer = learned(crisis())
    lines = [(line.action_id, line.owner, line.state, line.late, line.overdue) for line in answer.actions]
    assert lines == [
        ("envois", "ana", "verified", False, False),
        ("second-robot", "malik", "cancelled", None, False),
        ("alertes", "nadia", "verified", False, False),
        ("hors-ligne", "samir", "assigned", None, True),
    ]
    assert answer.actions[0].due == datetime(2026, 12, 2, 16, 40, tzinfo=UTC)
    assert answer.actions[0].done_at == datetime(2026, 12, 1, 16, 40, tzinfo=UTC)
    assert [(line.verified_by_another, line.verifiers) for line in answer.actions] == [
        (True, ("hugo",)),
        (None, ()),
        (True, ("samir",)),
        (None, ()),
    ]
    assert [(line.owner, told(line.actions), told(line.overdue)) for line in answer.owners] == [
        ("ana", (1, [514]), (0, [])),
        ("malik", (1, [520]), (0, [])),
        ("nadia", (1, [511]), (0, [])),
        ("samir", (1, [517]), (1, [517])),
    ]


def test_every_figure_of_the_actions_is_that_of_its_events() -> None:
    figures = learned(crisis()).figures
    assert told(figures.proposed) == (4, indexes("preventive_action.proposed"))
    assert told(figures.cancelled) == (1, indexes("preventive_action.cancelled"))
    assert told(figures.standing) == (3, [511, 514, 517])
    assert told(figures.completed) == (2, indexes("preventive_action.completed"))
    assert told(figures.completed_in_time) == told(figures.completed_within_30_days) == (2, [538, 542])
    assert told(figures.completed_late) == told(figures.due_moved) == told(figures.verified_by_owner) == (0, [])
    assert told(figures.overdue) == (1, [517])
    assert told(figures.verified_by_another) == (2, indexes("preventive_action.verified"))
    assert told(figures.in_time_share) == told(figures.within_30_days_share) == (2 / 3, [511, 514, 517, 538, 542])
    assert told(figures.verified_share) == (2 / 3, [511, 514, 517, 539, 543])


def test_an_action_is_overdue_only_once_its_time_has_passed() -> None:
    due = datetime(2026, 12, 15, 22, tzinfo=UTC)
    assert told(learned(crisis(), at=due).figures.overdue) == (0, [])
    assert told(learned(crisis(), at=due + timedelta(seconds=1)).figures.overdue) == (1, [517])


def test_lessons_stand_with_who_acknowledged_them_and_the_plan_that_came_of_them() -> None:
    answer = learned(crisis())
    assert [(line.lesson_id, line.persons, told(line.acknowledged)) for line in answer.lessons] == [
        ("alerte-deux-lecteurs", ("nadia", "samir"), (2, [530, 533])),
        ("envois-programmes", ("ana", "malik"), (2, [531, 534])),
        ("montre", ("jeanne",), (1, [532])),
    ]
    assert told(answer.acknowledged) == (5, indexes("lesson.acknowledged"))
    assert [list(line.shared.indexes) for line in answer.lessons] == [[527], [528], [529]]
    (revision,) = answer.plan_revisions
    assert (revision.index, revision.lesson, revision.plan_id, revision.version) == (
        537,
        "envois-programmes",
        "plan-crise",
        "4",
    )


def test_reviews_the_closure_and_the_declared_kin_stand_with_their_events() -> None:
    answer = learned(crisis())
    assert [(line.index, line.type, len(line.participants)) for line in answer.reviews] == [
        (495, "review.scheduled", 9),
        (502, "review.held", 9),
        (526, "review.published", 0),
    ]
    assert told(answer.closed) == (1, [497])
    assert told(answer.reopened_within_30_days) == (0, [])
    (kin,) = answer.recurrence.incidents
    assert (kin.incident, kin.how, kin.began, told(kin.evidence)) == (
        "guichets-2025-03-14",
        "declared",
        None,
        (1, [505]),
    )
    assert told(answer.recurrence.earlier) == (1, [505])
    assert answer.recurrence.mean_between_seconds.value is None
    assert told(answer.drills) == (0, [])


CAUSE = {"root_cause_id": "certificat-expire", "cause": "An alert nobody read.", "taxonomy": "unowned_alert"}
WEAK = {"root_cause_id": "disque-plein", "cause": "The disk was full.", "taxonomy": "unowned_alert"}
OTHER = {"root_cause_id": "foudre", "cause": "Lightning.", "taxonomy": "weather"}
ACTION = {
    "action_id": "relire",
    "what": "Somebody reads the alerts.",
    "owner": "nadia",
    "root_cause": "certificat-expire",
}
PAST: Sequence[Written] = (
    ("incident.opened", "first", 0, {"severity": "minor"}),
    ("root_cause.identified", "first", 5, CAUSE),
    ("preventive_action.proposed", "first", 6, {**ACTION, "due": hour(100).isoformat()}),
    ("incident.opened", "second", 30, {"severity": "minor"}),
    ("root_cause.identified", "second", 31, WEAK),
    ("incident.opened", "third", 40, {"severity": "minor"}),
    ("root_cause.identified", "third", 41, OTHER),
    ("incident.opened", "now", 90, {"severity": "major"}),
    ("root_cause.identified", "now", 91, CAUSE),
    ("preventive_action.completed", "now", 95, {"action_id": "relire", "by": "nadia"}),
    ("incident.opened", "later", 200, {"severity": "minor"}),
    ("root_cause.identified", "later", 201, CAUSE),
)


def test_a_cause_that_came_back_names_the_incidents_before_and_what_was_still_undone() -> None:
    recurrence = learned(written(PAST), "now", hour(300)).recurrence
    assert [(line.incident, line.how, line.root_causes, line.began) for line in recurrence.incidents] == [
        ("first", "same_cause", ("certificat-expire",), hour(0)),
        ("second", "same_taxonomy", ("disque-plein",), hour(30)),
    ]
    assert told(recurrence.earlier) == (2, [1, 4])
    # 0 → 30 → 90 hours: 90 hours in two steps.
    assert told(recurrence.mean_between_seconds) == (45 * 3600, [0, 3, 7])
    assert told(recurrence.actions_open) == (1, [2])
    assert [told(line.actions_open) for line in recurrence.incidents] == [(1, [2]), (0, [])]


def test_an_incident_knows_nothing_of_causes_met_after_it() -> None:
    assert learned(written(PAST), "first", hour(300)).recurrence.incidents == ()
    later = learned(written(PAST), "later", hour(300)).recurrence
    assert [line.incident for line in later.incidents] == ["first", "second", "now"]
    assert told(later.actions_open) == (0, [])


@pytest.mark.parametrize("rejected_in", ["first", "now"])
def test_a_cause_that_was_rejected_did_not_come_back(rejected_in: str) -> None:
    rejected: Written = (
        "root_cause.rejected",
        rejected_in,
        300,
        {"root_cause_id": "certificat-expire", "reason": "No."},
    )
    recurrence = learned(written([*PAST, rejected]), "now", hour(400)).recurrence
    assert "first" not in {line.incident for line in recurrence.incidents}


STEPS: Sequence[Written] = (
    ("preventive_action.proposed", "i", 0, {**ACTION, "due": hour(10).isoformat()}),
    ("preventive_action.completed", "i", 20, {"action_id": "relire", "by": "zoe"}),
    ("preventive_action.verified", "i", 21, {"action_id": "relire", "owner": "x", "by": "zoe", "evidence": [1]}),
)


def action(lines: Sequence[Written]) -> Any:
    return learned(written(lines), "i", hour(2000)).actions[0]


def test_who_completed_an_action_does_not_verify_it_for_another() -> None:
    figures = learned(written(STEPS), "i", hour(2000)).figures
    assert action(STEPS).verified_by_another is False
    assert (told(figures.verified_by_another), told(figures.verified_by_owner)) == ((0, []), (1, [2]))
    assert (told(figures.completed_late), told(figures.completed_in_time)) == ((1, [1]), (0, []))


def test_whoever_owned_it_when_it_was_verified_is_no_other_whatever_the_event_says() -> None:
    assigned: Written = ("preventive_action.assigned", "i", 15, {"action_id": "relire", "owner": "ola"})
    verified: Written = ("preventive_action.verified", "i", 22, {"action_id": "relire", "owner": "x", "by": "ola"})
    assert action([STEPS[0], assigned, STEPS[1], verified]).verified_by_another is False
    stranger: Written = ("preventive_action.verified", "i", 22, {"action_id": "relire", "owner": "ola", "by": "eve"})
    assert action([STEPS[0], assigned, STEPS[1], stranger]).verified_by_another is True


def test_a_due_time_moved_after_the_completion_makes_it_no_earlier() -> None:
    moved: Written = (
        "preventive_action.assigned",
        "i",
        30,
        {"action_id": "relire", "owner": "n", "due": hour(99).isoformat()},
    )
    answer = learned(written([*STEPS, moved]), "i", hour(2000))
    assert told(answer.figures.completed_late) == (1, [1])
    assert told(answer.figures.due_moved) == (1, [3])
    assert (answer.actions[0].first_due, answer.actions[0].due) == (hour(10), hour(99))


def test_in_whatever_order_its_steps_came_an_action_came_as_far() -> None:
    for order in permutations(STEPS):
        assert (action(order).state, action(order).done_at) == ("verified", hour(20))


@pytest.mark.parametrize(("hours", "counts"), [(30 * 24, 1), (30 * 24 + 1, 0)])
def test_a_closure_counts_as_reopened_within_30_days_only(hours: int, counts: int) -> None:
    lines: Sequence[Written] = (
        ("incident.opened", "i", 0, {}),
        ("incident.closed", "i", 10, {}),
        ("incident.reopened", "i", 10 + hours, {}),
    )
    answer = learned(written(lines), "i", hour(5000))
    assert told(answer.reopened_within_30_days) == (counts, [1] * counts)


def test_one_person_acknowledges_a_lesson_once() -> None:
    ack: Written = ("lesson.acknowledged", "i", 2, {"lesson_id": "l", "person": "ana"})
    answer = learned(
        written([("lesson.recorded", "i", 1, {"lesson_id": "l", "lesson": "Ask."}), ack, ack]), "i", hour(9)
    )
    assert told(answer.lessons[0].acknowledged) == (1, [1])


def test_what_was_told_in_a_drill_counts_as_a_drill_alone() -> None:
    drill = {"exercise": True}
    lines = [(kind, incident, hours, {**fields, **drill}) for kind, incident, hours, fields in (*PAST[:3], *STEPS)]
    answer = learned(written(lines), "first", hour(2000))
    assert (answer.causes, answer.actions, told(answer.drills)) == ((), (), (2, [1, 2]))


def test_a_cause_action_or_lesson_told_outside_is_brought_in_by_a_link_or_by_its_cause() -> None:
    lines: Sequence[Written] = (
        ("root_cause.identified", None, 0, CAUSE),
        ("preventive_action.proposed", None, 1, {**ACTION, "due": hour(5).isoformat()}),
        ("event.linked", "i", 2, {"target_event": 0}),
    )
    answer = learned(written(lines), "i", hour(9))
    assert [cause.root_cause for cause in answer.causes] == ["certificat-expire"]
    assert [line.action_id for line in answer.actions] == ["relire"]
