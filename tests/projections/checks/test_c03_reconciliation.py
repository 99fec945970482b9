"""C3: what a platform shows otherwise than the ledger is found, and only a declaration settles it."""

import pytest

from projections.checks.c03_reconciliation import Reconciled
from tests.projections.checks.judged import CRISIS, comment, judged, lack, measure, seen, snapshot, told, verdict
from tests.projections.written import Written, hour

REPLY: Written = (
    "reply.posted",
    CRISIS,
    0.1,
    {"platform": "x", "account": "LigneClaire", "external_id": "r", "in_reply_to": "a", "text": "…"},
)


def test_an_account_that_shows_what_the_ledger_says_is_fine() -> None:
    done: Written = (
        "reconciliation.completed",
        None,
        1,
        {"platform": "x", "account": "LigneClaire", "snapshot": 2, "findings": {"equal": 2, "missing": 0}},
    )
    lines = [comment("a"), REPLY, snapshot(0.5), done]
    for incident in (CRISIS, None):
        assert told(Reconciled, lines, incident) == []
        assert lack(Reconciled, lines, incident) is None


@pytest.mark.parametrize(
    ("line", "rule", "settling", "about"),
    [
        (seen("comment.observed_missing", 2, external_id="a"), "silent_deletion", "comment.deleted_by_author", [0]),
        (seen("reply.observed_missing", 2, external_id="r"), "reply_not_there", "reply.withdrawn", [1]),
        (seen("comment.observed_unreported", 2, external_id="z"), "unreported", "comment.received", []),
        (seen("reply.observed_unreported", 2, external_id="z"), "reply_unreported", "reply.posted", []),
        (seen("comment.observed_changed", 2, external_id="a"), "undeclared_edit", "comment.edited_by_author", [0]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_difference_fails_until_it_is_declared(line: Written, rule: str, settling: str, about: list[int]) -> None:
    lines = [comment("a"), REPLY, snapshot(2), line]
    indexes = (3, *about)
    assert judged(Reconciled, lines) == [(rule, "failure", indexes, None)]
    assert judged(Reconciled, lines, incident=None) == [(rule, "failure", indexes, None)]
    assert verdict(Reconciled, lines).findings[0].settled_by == settling
    name, place = line[3]["external_id"], {"platform": "x", "account": "LigneClaire"}
    declared: Written = (settling, CRISIS, 3, {"external_id": name, **place})
    assert judged(Reconciled, [*lines, declared]) == [(rule, "info", indexes if about else (3, 4), 4)]
    other: Written = (settling, CRISIS, 3, {"external_id": "another", **place})
    assert judged(Reconciled, [*lines, other]) == [(rule, "failure", indexes, None)]


def test_a_declared_hiding_or_the_removal_of_what_it_hung_on_settles_a_deletion_too() -> None:
    lines = [comment("a"), snapshot(2), seen("comment.observed_missing", 2, external_id="a")]
    assert judged(Reconciled, [*lines, measure("comment.hidden", "a", 3)])[0][1] == "info"
    assert judged(Reconciled, [*lines, measure("comment.removed", "z", 3, cascade_ids=["a"])])[0][1] == "info"
    assert judged(Reconciled, [*lines, measure("comment.unhidden", "a", 3)])[0][1] == "failure"


def test_what_is_unreported_around_an_incident_is_a_warning_to_it_and_fails_the_ledger() -> None:
    kind, _, at, said = seen("comment.observed_unreported", 2, external_id="z")
    lines = [comment("a"), snapshot(2), (kind, None, at, said)]
    assert judged(Reconciled, lines) == [("unreported_around", "warning", (2,), None)]
    assert judged(Reconciled, lines, incident=None) == [("unreported", "failure", (2,), None)]
    elsewhere = [comment("a"), snapshot(2), (kind, None, at, said | {"account": "Another"})]
    assert judged(Reconciled, elsewhere) == []
    before = [(kind, None, 0, said), comment("a", 1), snapshot(2)]
    assert judged(Reconciled, before) == [("unreported_around", "warning", (0,), None)], "whichever is told first"
    for made in (hour(0.5), hour(90)):
        line = kind, None, 91, said | {"created_at": made.isoformat()}
        assert judged(Reconciled, [comment("a", 1), snapshot(2), line]) == [], "of another time"


def test_an_account_never_compared_is_a_lack_however_many_others_were() -> None:
    assert "Not every account" in (lack(Reconciled, [comment("a")]) or "")
    lines = [comment("a"), comment("b", platform="mastodon"), snapshot(2)]
    assert "Not every account" in (lack(Reconciled, lines) or "")
    assert verdict(Reconciled, lines).verdict == "qualified"


def test_totals_of_a_platform_are_held_against_the_ledgers() -> None:
    def counted(number: int) -> list[Written]:
        shown = snapshot(4, completeness="counts_only", counts={"comments": number, "likes": 9})
        return [comment("a", 1), comment("b", 2), comment("c", 3), measure("comment.hidden", "b", 3), shown]

    assert judged(Reconciled, counted(2), incident=None) == []
    assert judged(Reconciled, counted(1), incident=None) == [("totals_differ", "warning", (4,), None)]
    assert judged(Reconciled, counted(3), incident=None) == [("totals_differ", "warning", (4,), None)]
    assert judged(Reconciled, counted(1)) == [], "one incident's comments are not all of an account's"
    back = [*counted(2)[:4], measure("comment.unhidden", "b", 3.5), counted(3)[4]]
    assert judged(Reconciled, back, incident=None) == []


def test_a_difference_that_was_only_counted_is_not_forgotten() -> None:
    said = {"platform": "x", "account": "LigneClaire", "findings": {"equal": 9, "missing": 2, "pending": 4}}
    lines: list[Written] = [comment("a"), snapshot(0.5), ("reconciliation.completed", None, 1, said)]
    assert judged(Reconciled, lines, incident=None) == [("only_counted", "warning", (2,), None)]
    named = [*lines, seen("comment.observed_missing", 1, external_id="a")]
    assert judged(Reconciled, named, incident=None) == [("silent_deletion", "failure", (3, 0), None)]


def test_times_in_which_nobody_looked_are_told() -> None:
    assert told(Reconciled, [comment("a"), snapshot(0.5), snapshot(1.4)]) == []
    lines = [comment("a"), snapshot(0.5), snapshot(5), comment("b", 6)]
    found = verdict(Reconciled, lines).findings
    assert [(one.rule, one.indexes) for one in found] == [("not_seen_since", (2,)), ("sparse_snapshots", (2, 1))]
    assert "4 h" in found[1].explanation["en"]


def test_two_snapshots_posted_out_of_order_make_no_gap() -> None:
    late = snapshot(5, taken_at="2026-01-01T00:30:00Z")
    lines = [comment("a"), snapshot(1, taken_at="2026-01-01T01:00:00Z"), late]
    assert told(Reconciled, lines) == []
