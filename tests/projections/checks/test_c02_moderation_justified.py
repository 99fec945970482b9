"""C2: each way to take a measure without a reason that holds is found."""

import pytest

from projections.checks.c02_moderation_justified import Justified
from tests.projections.checks.judged import CRISIS, comment, judged, lack, measure, without
from tests.projections.written import Written, hour

HIDDEN = measure("comment.hidden", "a")


def policy(version: str, hours: float, **said: object) -> Written:
    return "policy.published", None, hours, {"policy": "rules", "version": version, "actor": "person:hugo", **said}


def test_a_measure_with_actor_reason_and_policy_in_force_is_justified() -> None:
    lines = [policy("4", 0), comment("a"), HIDDEN, comment("b"), measure("comment.removed", "b")]
    assert judged(Justified, lines) == []
    assert lack(Justified, lines) is None


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        (("actor",), "no_actor"),
        (("reason_code",), "no_reason"),
        (("reason_text",), "no_reason"),
        (("policy_ref",), "no_policy"),
    ],
)
def test_what_a_measure_does_not_say_fails_it(fields: tuple[str, ...], rule: str) -> None:
    for line in (without(HIDDEN, *fields), (*HIDDEN[:3], HIDDEN[3] | dict.fromkeys(fields, "\u2003"))):
        if fields != ("actor",) or "actor" not in line[3]:
            assert judged(Justified, [comment("a"), line]) == [(rule, "failure", (1,), None)]


def test_locks_and_blocks_must_give_their_reasons_too() -> None:
    said = {"actor": "person:tomas", "target": "t", "policy_ref": "rules@4", "author_id_hash": "0" * 64}
    lines: list[Written] = [
        ("thread.locked", CRISIS, 1, said),
        ("author.blocked", CRISIS, 1, said | {"reason": "Threat"}),
    ]
    assert judged(Justified, lines) == [("no_reason", "failure", (0,), None)]


@pytest.mark.parametrize("code", ["criticism", "Bad-Publicity", "negative.opinion"])
def test_an_opinion_is_no_ground(code: str) -> None:
    lines = [comment("a"), measure("comment.hidden", "a", reason_code=code)]
    assert judged(Justified, lines) == [("opinion_only", "failure", (1,), None)]


def test_what_counts_as_an_opinion_is_what_was_set_when_the_measure_was_taken() -> None:
    later: Written = ("checks.configured", None, 5, {"version": "2", "settings": {"opinion_codes": ["abuse"]}})
    assert judged(Justified, [comment("a"), HIDDEN, later]) == []
    assert judged(Justified, [comment("a"), later, measure("comment.hidden", "a", 6)]) == [
        ("opinion_only", "failure", (2,), None)
    ]


def test_a_removal_needs_its_statement_of_reasons() -> None:
    lines = [comment("a"), without(measure("comment.removed", "a"), "statement_of_reasons")]
    assert judged(Justified, lines) == [("no_statement", "warning", (1,), None)]


def test_a_policy_that_was_not_in_force_fails_the_measure() -> None:
    unknown = [policy("3", 0), comment("a"), HIDDEN]
    assert judged(Justified, unknown) == [("unknown_version", "failure", (2, 0), None)]
    early = [policy("4", 0, effective_from=hour(9).isoformat()), comment("a"), HIDDEN]
    assert judged(Justified, early) == [("not_yet_in_force", "failure", (2, 0), None)]
    replaced = [policy("4", 0), policy("5", 0.5), comment("a"), HIDDEN]
    assert judged(Justified, replaced) == [("superseded", "failure", (3, 1), None)]
    announced = [policy("4", 0), policy("5", 0.5, effective_from=hour(9).isoformat()), comment("a"), HIDDEN]
    assert judged(Justified, announced) == []


def test_a_policy_made_afterwards_for_a_measure_is_seen() -> None:
    lines = [comment("a"), HIDDEN, policy("4", 2, effective_from=hour(0).isoformat())]
    assert judged(Justified, lines) == [("policy_told_later", "warning", (1, 2), None)]


def test_a_policy_cited_without_version_is_a_warning() -> None:
    lines = [policy("4", 0), comment("a"), measure("comment.hidden", "a", policy_ref="rules#3")]
    assert judged(Justified, lines) == [("no_version", "warning", (2,), None)]


def test_policies_that_the_ledger_does_not_hold_narrow_the_scope() -> None:
    assert "cite policies that the ledger doesn’t hold" in (lack(Justified, [comment("a"), HIDDEN]) or "")


def test_a_comment_whose_words_are_gone_is_found_unless_the_law_had_them_erased() -> None:
    lines = [without(comment("a"), "text"), HIDDEN, comment("b")]
    assert judged(Justified, lines) == [("content_unreadable", "failure", (1, 0), None)]
    scope = [{"index": 0, "fields": ["text"]}]
    assert judged(Justified, [*lines, ("key.destroyed", None, 9, {"scope": scope, "decision": 5})]) == []
    sealed: Written = ("content.sealed", CRISIS, 9, {"target": "a", "actor": "person:hugo", "reason": "A name."})
    assert judged(Justified, [comment("a"), HIDDEN, sealed]) == []
    assert judged(Justified, lines[:2]) == [], "who may read no comment at all can't tell"


def test_a_measure_against_what_was_never_recorded_is_a_warning() -> None:
    assert judged(Justified, [HIDDEN]) == [("content_unknown", "warning", (0,), None)]


def test_a_measure_that_ran_out_must_have_been_ended() -> None:
    lines = [comment("a"), measure("comment.hidden", "a", expires_at=hour(5).isoformat())]
    assert judged(Justified, lines, hours=4) == []
    assert judged(Justified, lines) == [("expired_not_ended", "warning", (1,), None)]
    assert judged(Justified, [*lines, measure("comment.unhidden", "a", 5)]) == []
