"""C19: what a machine did without saying by which rule, or in a person's name, is found; reviews are counted."""

import pytest

from projections.checks.c19_automation import Automation
from tests.projections.checks.judged import CRISIS, comment, judged, measure, told, verdict
from tests.projections.written import Written

BY_RULE = measure("comment.hidden", "a", actor="rule:scam-links")


def named(index: int = 1, rule: str = "scam-links", version: str = "2") -> Written:
    said = {"rule_id": rule, "version": version, "matched": "…", "action_event": index, "actor": f"rule:{rule}"}
    return "rule.auto_moderated", CRISIS, 1, said


def test_measures_of_people_need_no_rule() -> None:
    assert told(Automation, [comment("a"), measure("comment.hidden", "a")]) == []


def test_an_automatic_measure_that_names_its_rule_is_fine_and_its_review_is_told() -> None:
    assert judged(Automation, [comment("a"), BY_RULE, named()]) == []
    [review] = verdict(Automation, [comment("a"), BY_RULE, named()]).findings
    assert review.explanation["en"] == "People looked at 0 of 1 automatic measures."


@pytest.mark.parametrize("actor", ["rule:scam-links", "service:moderator"])
@pytest.mark.parametrize("what", ["comment.hidden", "comment.removed", "thread.locked", "author.blocked"])
def test_a_machines_measure_without_its_rule_fails(actor: str, what: str) -> None:
    lines = [comment("a"), measure(what, "a", actor=actor)]
    assert judged(Automation, lines) == [("no_rule", "failure", (1,), None)]
    assert judged(Automation, [*lines, named(0)]) == [("no_rule", "failure", (1,), None)]


def test_a_rule_without_version_fails() -> None:
    assert judged(Automation, [comment("a"), BY_RULE, named(version=" ")]) == [
        ("no_rule_version", "failure", (1, 2), None)
    ]


def test_a_rule_that_takes_on_what_another_did_is_a_warning() -> None:
    assert judged(Automation, [comment("a"), BY_RULE, named(rule="other")]) == [("other_rule", "warning", (1, 2), None)]


def test_automation_in_a_persons_name_is_a_warning() -> None:
    lines = [comment("a"), measure("comment.hidden", "a"), named()]
    assert judged(Automation, lines) == [("in_a_persons_name", "warning", (1, 2), None)]


@pytest.mark.parametrize(
    "review",
    [
        measure("comment.unhidden", "a", 2),
        measure("comment.removed", "a", 2),
        ("comment.outcome_set", CRISIS, 2, {"external_id": "a", "outcome": "moderated", "actor": "person:tomas"}),
        (
            "appeal.decided",
            CRISIS,
            2,
            {"target_event": 1, "outcome": "refused", "actor": "person:hugo"},
        ),
    ],
    ids=lambda line: line[0],
)
def test_a_persons_word_on_it_is_a_review_and_a_machines_is_not(review: Written) -> None:
    def words(line: Written) -> str:
        findings = verdict(Automation, [comment("a"), BY_RULE, named(), line]).findings
        return next(one.explanation["en"] for one in findings if one.rule == "reviewed")

    assert words(review).startswith("People looked at 1 of 1")
    by_machine = (*review[:3], review[3] | {"actor": "service:bot"})
    assert words(by_machine).startswith("People looked at 0 of ")


def test_rules_that_hardly_anyone_looks_at_are_a_warning() -> None:
    lines: list[Written] = []
    for number in range(40):
        lines += [measure("comment.hidden", f"c{number}", actor="rule:scam-links"), named(2 * number)]
    assert [rule for rule, *_ in judged(Automation, lines)] == ["hardly_reviewed"]
    assert judged(Automation, lines[:20]) == [], "too few to tell"
    reviews = [measure("comment.unhidden", f"c{number}", 2) for number in range(8)]
    assert judged(Automation, lines + reviews) == []
