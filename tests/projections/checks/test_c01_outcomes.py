"""C1: who is left without an answer is found, when the incident is closed or when it has lasted too long."""

from projections.checks.c01_outcomes import Outcomes
from tests.projections.checks.judged import CRISIS, comment, judged, measure
from tests.projections.written import Written

CLOSED: Written = ("incident.closed", CRISIS, 10, {"reason": "Done.", "checklist": []})


def outcome(name: str, hours: float, what: str = "no_reply_needed") -> Written:
    return "comment.outcome_set", CRISIS, hours, {"external_id": name, "outcome": what, "reason": "A joke."}


def answer(name: str, hours: float, actor: str = "person:ana") -> Written:
    return "reply.posted", CRISIS, hours, {"external_id": f"r-{name}", "in_reply_to": name, "text": "…", "actor": actor}


def test_everyone_who_has_an_answer_or_an_outcome_is_fine() -> None:
    lines = [
        *(comment(name) for name in ("answered", "settled", "spam", "deleted", "removed")),
        answer("answered", 1),
        outcome("settled", 2),
        ("comment.classified", CRISIS, 2, {"external_id": "spam", "label": "spam"}),
        ("comment.deleted_by_author", CRISIS, 2, {"external_id": "deleted"}),
        measure("comment.removed", "removed"),
        CLOSED,
    ]
    assert judged(Outcomes, lines) == []
    assert judged(Outcomes, lines, incident=None) == []


def test_a_comment_left_without_outcome_at_closure_fails_it() -> None:
    lines = [comment("a"), comment("b", 1), answer("a", 2), CLOSED]
    assert judged(Outcomes, lines) == [("orphan_at_closure", "failure", (3, 1), None)]


def test_a_machines_answer_or_an_escalation_is_no_outcome() -> None:
    lines = [comment("a"), answer("a", 1, "rule:autoresponder"), comment("b"), outcome("b", 2, "escalated"), CLOSED]
    assert judged(Outcomes, lines) == [("orphan_at_closure", "failure", (4, 0, 2), None)]


def test_an_outcome_after_the_closure_settles_it_and_is_still_told() -> None:
    lines = [comment("a"), CLOSED, outcome("a", 11)]
    assert judged(Outcomes, lines) == [("orphan_at_closure", "info", (1, 0), 2)]


def test_a_comment_told_only_after_the_closure_is_an_orphan_if_it_was_there_before() -> None:
    assert judged(Outcomes, [CLOSED, comment("early", 3)]) == [("orphan_at_closure", "failure", (0, 1), None)]
    assert judged(Outcomes, [CLOSED, comment("later", 11)], hours=12) == []


def test_a_comment_that_waits_too_long_in_an_open_incident_is_a_warning() -> None:
    lines = [comment("a"), comment("b", 60)]
    assert judged(Outcomes, lines, hours=73) == [("outcome_overdue", "warning", (0,), None)]
    assert judged(Outcomes, lines, hours=72) == []
    configured: Written = ("checks.configured", None, 0, {"version": "2", "settings": {"outcome_within_hours": 100}})
    assert judged(Outcomes, [configured, *lines], hours=73) == []


def test_reopening_takes_the_closure_back() -> None:
    reopened: Written = ("incident.reopened", CRISIS, 11, {"reason": "Not over."})
    assert judged(Outcomes, [comment("a"), CLOSED, reopened], hours=12) == []
    again: Written = ("incident.closed", CRISIS, 13, {"reason": "Done.", "checklist": []})
    lines = [comment("a"), CLOSED, reopened, again]
    assert judged(Outcomes, lines) == [("orphan_at_closure", "failure", (3, 0), None)]


def test_a_linked_comment_counts_among_those_of_the_incident() -> None:
    link: Written = ("event.linked", CRISIS, 5, {"target_event": 0})
    lines = [comment("a", incident=None), link, CLOSED]
    assert judged(Outcomes, lines) == [("orphan_at_closure", "failure", (2, 0), None)]


def test_what_a_drill_leaves_open_is_no_ones_wait() -> None:
    assert judged(Outcomes, [comment("a", exercise=True), CLOSED]) == []
