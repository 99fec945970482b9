"""C15: an author shut out who had only criticised is found; one who threatened is not."""

from hashlib import sha256

import pytest

from projections.checks.c15_block_bias import BlockBias
from tests.projections.checks.judged import CRISIS, comment, judged, lack, measure, told, without
from tests.projections.written import Written

WHO = sha256(b"a-1").hexdigest()


def block(what: str = "author.blocked", who: str = WHO, hours: float = 5) -> Written:
    said = {"actor": "person:tomas", "author_id_hash": who, "reason": "…", "policy_ref": "rules@4"}
    return what, CRISIS, hours, said


def label(name: str, what: str) -> Written:
    return "comment.classified", CRISIS, 1, {"external_id": name, "label": what}


def mood(name: str, what: str = "negative") -> Written:
    return "sentiment.assessed", CRISIS, 1, {"target": name, "label": what}


@pytest.mark.parametrize("what", ["author.blocked", "author.muted"])
@pytest.mark.parametrize("author", ["a-1", {"id": "a-1", "handle": "@a"}])
def test_who_had_only_criticised_may_not_be_shut_out(what: str, author: object) -> None:
    lines = [comment("a", author=author), label("a", "complaint"), comment("b", author=author), mood("b"), block(what)]
    assert judged(BlockBias, lines) == [("only_criticised", "failure", (4, 0, 2), None)]


@pytest.mark.parametrize("harm", ["abuse", "threat", "spam", "misinformation"])
def test_one_abusive_comment_is_a_ground(harm: str) -> None:
    assert told(BlockBias, [comment("a"), mood("a"), comment("b"), label("b", harm), block()]) == []


def test_a_measure_against_a_comment_is_a_ground_but_for_an_opinion_or_after_it_was_taken_back() -> None:
    hidden = measure("comment.hidden", "a", reason_code="threat")
    assert told(BlockBias, [comment("a"), mood("a"), hidden, block()]) == []
    for lines in (
        [comment("a"), mood("a"), measure("comment.hidden", "a", reason_code="criticism"), block()],
        [comment("a"), mood("a"), hidden, measure("comment.unhidden", "a", 2), block()],
        [comment("a"), label("a", "complaint"), hidden, block()],
    ):
        assert [rule for rule, *_ in judged(BlockBias, lines)] == ["only_criticised"]


def test_where_nothing_abusive_is_known_it_is_a_warning() -> None:
    lines = [comment("a"), mood("a"), comment("b"), block()]
    assert judged(BlockBias, lines) == [("nothing_abusive", "warning", (3, 0, 2), None)]


def test_an_author_without_comments_here_is_only_told() -> None:
    assert told(BlockBias, [comment("a", author="another"), block()]) == ["no_comment_known"]


def test_the_end_of_the_block_settles_it_and_it_is_still_told() -> None:
    lines = [comment("a"), mood("a"), block(), block("author.unblocked", hours=9)]
    assert judged(BlockBias, lines) == [("only_criticised", "info", (2, 0), 3)]
    other = [*lines[:3], block("author.unblocked", "0" * 64)]
    assert judged(BlockBias, other) == [("only_criticised", "failure", (2, 0), None)]


def test_authors_that_are_not_open_narrow_the_scope() -> None:
    assert lack(BlockBias, [without(comment("a"), "author"), block()]) is not None
    assert lack(BlockBias, [comment("a"), without(block(), "author_id_hash")]) is not None
    assert lack(BlockBias, [comment("a"), block()]) is None
