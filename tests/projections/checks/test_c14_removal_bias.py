"""C14: criticism removed more often than the rest is found, in all, by one hand, and in the hours of a surge."""

import pytest

from projections.checks.c14_removal_bias import RemovalBias
from tests.projections.checks.judged import CRISIS, comment, judged, lack, measure, verdict
from tests.projections.written import Written, hour


def crowd(
    negative: int, negative_hit: int, other: int, other_hit: int, what: str = "comment.removed", **said: object
) -> list[Written]:
    """So many comments of both kinds, and so many of each hit; the index of a comment's measure is not told."""
    lines: list[Written] = []
    for mood, many, hit in (("negative", negative, negative_hit), ("positive", other, other_hit)):
        for number in range(many):
            name = f"{mood}-{number}"
            lines += [comment(name), ("sentiment.assessed", CRISIS, 0, {"target": name, "label": mood})]
            if number < hit:
                lines.append(measure(what, name, 0, **said))
    return lines


def test_even_handed_removals_are_fine() -> None:
    assert judged(RemovalBias, crowd(50, 10, 100, 20)) == []
    assert judged(RemovalBias, crowd(50, 0, 100, 20)) == []
    assert judged(RemovalBias, []) == []


def test_criticism_removed_more_often_fails_with_the_removals_behind_it() -> None:
    lines = crowd(50, 20, 100, 8)
    [(rule, severity, indexes, _)] = judged(RemovalBias, lines)
    removed = [place for place, line in enumerate(lines) if line[0] == "comment.removed"]
    assert (rule, severity, indexes) == ("removal_bias", "failure", tuple(removed[:20]))
    bias = verdict(RemovalBias, lines).statistics["removal_bias"]
    assert bias.ratio == pytest.approx(5)
    assert bias.low is not None
    assert bias.low > 1


def test_where_few_are_to_be_expected_it_is_a_warning() -> None:
    [(rule, severity, *_)] = judged(RemovalBias, crowd(10, 6, 100, 2))
    assert (rule, severity) == ("removal_bias_of_few", "warning")


def test_hiding_more_often_is_a_warning() -> None:
    [(rule, severity, *_)] = judged(RemovalBias, crowd(50, 20, 100, 8, "comment.hidden"))
    assert (rule, severity) == ("hiding_bias", "warning")


def test_one_hand_that_hits_criticism_is_found_among_others_that_do_not() -> None:
    lines = crowd(100, 20, 200, 8, actor="person:eve")
    for mood, numbers in (("positive", range(100, 150)), ("negative", range(50, 55))):
        lines += [measure("comment.removed", f"{mood}-{number}", actor="person:tom") for number in numbers]
    found = verdict(RemovalBias, lines).findings
    assert [(one.rule, one.severity) for one in found] == [("actor_bias", "warning")]
    assert len(found[0].indexes) == 20
    assert "eve" not in found[0].explanation["en"], "the events say who, the words don't"


def test_a_removal_that_was_taken_back_still_counts() -> None:
    lines = crowd(50, 20, 100, 8)
    lines += [measure("comment.restored", f"negative-{number}", 5) for number in range(20)]
    assert [rule for rule, *_ in judged(RemovalBias, lines)] == ["removal_bias"]


def test_moods_that_nobody_assessed_narrow_the_scope() -> None:
    lines = [comment("a"), comment("b"), measure("comment.removed", "a")]
    assert "0 of 2" in (lack(RemovalBias, lines) or "")
    assert lack(RemovalBias, lines[:2]) is None
    assert lack(RemovalBias, crowd(50, 20, 100, 8)) is None


def surge(at: float) -> Written:
    bucket = {"from": hour(at).isoformat(), "to": hour(at + 0.25).isoformat()}
    return "surge.detected", CRISIS, at + 0.25, {"series": "x/all", "bucket": bucket}


def removals(within: int, otherwise: int) -> list[Written]:
    """Fifty comments in the hour after a surge, as many at other times, and so many removals in each."""
    lines: list[Written] = [surge(10), *(comment(f"in-{number}", 10.5) for number in range(50))]
    lines += [measure("comment.removed", f"in-{number}", 11) for number in range(within)]
    lines += [comment(f"out-{number}", 20) for number in range(50)]
    return lines + [measure("comment.removed", f"out-{number}", 21) for number in range(otherwise)]


def test_a_spike_of_removals_after_a_surge_begins_is_a_warning() -> None:
    [(rule, severity, indexes, _)] = judged(RemovalBias, removals(20, 2))
    assert (rule, severity, len(indexes), indexes[-1]) == ("removals_in_surge", "warning", 21, 0)
    assert judged(RemovalBias, removals(10, 8)) == []
    assert judged(RemovalBias, removals(2, 20)) == []
