"""C17: the plan acted on is the one in force, and nobody bends a rule while an incident is open."""

from typing import Any

import pytest

from projections.checks.c17_plan_in_force import PlanInForce
from tests.projections.checks.logs import OTHER_SHA, SHA, Line, found

STEPS: list[dict[str, Any]] = [
    {"plan_step": "statement", "what": "x", "within_minutes": 30},
    {"plan_step": "bot", "what": "x"},
]


def plan(version: str, at: float, sha: str = SHA, steps: list[dict[str, Any]] | None = None, **told: Any) -> Line:
    said = {"plan_id": "crisis-plan", "version": version, "body_sha256": sha, "steps": steps or STEPS, **told}
    return Line("plan.published", at, said, incident=None)


def activated(version: str, at: float) -> Line:
    return Line("plan.activated", at, {"plan_id": "crisis-plan", "version": version})


def configured(at: float, **settings: Any) -> Line:
    return Line("checks.configured", at, {"version": str(at), "settings": settings, "reason": "x"}, incident=None)


OPENED, CLOSED = Line("incident.opened", 2, {"severity": "major"}), Line("incident.closed", 9, {})


def test_acting_on_the_latest_version_is_clean() -> None:
    lines = [plan("3", 0), plan("4", 1, OTHER_SHA), OPENED, activated("4", 3), CLOSED, plan("5", 10)]
    assert found(PlanInForce, lines) == []


def test_acting_on_a_version_replaced_or_published_only_afterwards_is_found() -> None:
    assert found(PlanInForce, [plan("3", 0), plan("4", 1), OPENED, activated("3", 3)]) == [
        ("version_superseded", "warning", (3, 1, 0))
    ]
    assert found(PlanInForce, [plan("3", 0), OPENED, activated("4", 3), CLOSED, plan("4", 10)]) == [
        ("version_not_in_force", "failure", (2, 0))
    ]
    assert found(PlanInForce, [OPENED, activated("4", 3), CLOSED, plan("4", 10)]) == [
        ("version_not_in_force", "failure", (1, 3))
    ]


def test_a_plan_of_which_no_text_is_on_record_is_a_warning() -> None:
    assert found(PlanInForce, [OPENED, activated("4", 3)]) == [("plan_without_text", "warning", (1,))]


def test_one_version_with_two_texts_fails() -> None:
    assert found(PlanInForce, [plan("3", 0), plan("3", 1, OTHER_SHA)]) == [("version_rewritten", "failure", (1, 0))]
    policy = Line("policy.published", 0, {"policy": "rules", "version": "4", "body_sha256": SHA}, incident=None)
    again = policy._replace(said={**policy.said, "body_sha256": OTHER_SHA}, at=1)
    assert found(PlanInForce, [policy, policy]) == []
    assert found(PlanInForce, [policy, again]) == [("version_rewritten", "failure", (1, 0))]


@pytest.mark.parametrize(
    "edit",
    [
        plan("4", 4),
        Line("policy.published", 4, {"policy": "rules", "version": "4", "body_sha256": SHA}, incident=None),
        configured(4, correct_within_hours=12),
    ],
    ids=lambda line: line.type,
)
def test_an_edit_in_mid_crisis_is_a_warning_before_and_after_it_none(edit: Line) -> None:
    lines = [plan("3", 0), OPENED, activated("3", 3), edit, CLOSED]
    assert found(PlanInForce, lines) == [("edited_in_crisis", "warning", (3, 1))]
    assert found(PlanInForce, [lines[0], edit._replace(at=1), OPENED, CLOSED]) == []
    assert found(PlanInForce, [*lines[:3], CLOSED, edit._replace(at=10)]) == []


WEAKER = [
    {"steps": [{**STEPS[0], "within_minutes": 60}, STEPS[1]]},
    {"steps": [{"plan_step": "statement", "what": "x"}, STEPS[1]]},
    {"steps": [STEPS[0]]},
    {"steps": [STEPS[0], {**STEPS[1], "mandatory": False}]},
    {"service_levels": [{"what": "first reply", "within_minutes": 90}]},
    {"service_levels": []},
]


@pytest.mark.parametrize("weaker", WEAKER, ids=str)
def test_loosening_the_plan_in_use_fails(weaker: dict[str, Any]) -> None:
    before = plan("3", 0, service_levels=[{"what": "first reply", "within_minutes": 60}])
    after = before._replace(at=4, said={**before.said, "version": "4", **weaker})
    assert found(PlanInForce, [before, OPENED, activated("3", 3), after]) == [
        ("plan_loosened_in_crisis", "failure", (3, 0, 1))
    ]
    assert found(PlanInForce, [before, OPENED, after]) == [("edited_in_crisis", "warning", (2, 1))]


def test_tightening_the_plan_in_use_is_an_edit_and_no_more() -> None:
    tighter = [{**STEPS[0], "within_minutes": 15}, STEPS[1], {"plan_step": "more", "what": "x"}]
    lines = [plan("3", 0), OPENED, activated("3", 3), plan("4", 4, OTHER_SHA, tighter)]
    assert found(PlanInForce, lines) == [("edited_in_crisis", "warning", (3, 1))]


def test_allowing_more_lag_after_it_was_exceeded_fails() -> None:
    late = Line("comment.received", 3, {"external_id": "c"}, accepted=5)
    wider = configured(6, allowed_lag_seconds={"comment": 9000})
    assert found(PlanInForce, [OPENED, late, wider]) == [("lag_loosened_in_crisis", "failure", (2, 1, 0))]
    in_time = late._replace(accepted=3)
    assert found(PlanInForce, [OPENED, in_time, wider]) == [("edited_in_crisis", "warning", (2, 0))]


@pytest.mark.parametrize(
    "looser", [{"due_grace_seconds": 3600}, {"four_eyes_on_removal": False}, {"opinion_codes": ["opinion"]}], ids=str
)
def test_allowing_more_in_mid_crisis_is_named(looser: dict[str, Any]) -> None:
    assert found(PlanInForce, [OPENED, configured(6, **looser)]) == [("settings_loosened_in_crisis", "warning", (1, 0))]
