"""C6: who dates back is late by the ledger's clock, out of order with causes, or in a hurry before an audit."""

import pytest

from projections.checks.c06_backdating import Backdating
from tests.projections.checks.logs import CONNECTOR, CONSOLE, LEDGER, Line, found, later, said, verdict_on


def note(at: float, accepted: float | None = None, source: str = CONSOLE, **told: object) -> Line:
    return Line("note.added", at, {"text": "x", **told}, source=source, accepted=accepted)


def test_what_is_recorded_in_time_is_clean() -> None:
    lines = [note(0), note(1, 1 + later(600)), Line("update.published", 2, {}, accepted=2 + later(120))]
    assert found(Backdating, lines) == []


@pytest.mark.parametrize(
    ("kind", "allowed"), [("comment.received", 600), ("update.published", 120), ("role.accepted", 300)]
)
def test_each_family_has_its_own_allowance(kind: str, allowed: int) -> None:
    late = Line(kind, 1, {}, accepted=1 + later(allowed + 1))
    in_time = Line(kind, 1, {}, accepted=1 + later(allowed))
    assert found(Backdating, [late]) == [("late_undeclared", "warning", (0,))]
    assert found(Backdating, [in_time]) == []


def test_what_the_settings_in_force_allowed_is_not_late_and_what_they_allow_later_does_not_help() -> None:
    wider = Line("checks.configured", 0, {"version": "2", "settings": {"allowed_lag_seconds": {"note": 7200}}}, None)
    late = note(1, 2)
    assert found(Backdating, [wider, late]) == []
    assert found(Backdating, [late, wider._replace(at=3)]) == [("late_undeclared", "warning", (0,))]


@pytest.mark.parametrize(
    "declaration",
    [
        Line("event.corrected", 3, {"target_event": 0, "field": "time", "from": None, "to": None, "reason": "x"}),
        Line("ingest.late_event", 3, {"target_event": 0, "source": CONSOLE}, incident=None, source=LEDGER),
        note(3, target_event=0),
    ],
    ids=lambda line: line.type,
)
def test_a_declared_delay_is_told_and_no_more(declaration: Line) -> None:
    assert found(Backdating, [note(1, 2), declaration]) == [("late_declared", "info", (0,))]


def test_an_outage_of_a_monitor_explains_why_people_were_heard_late_and_nothing_else() -> None:
    outage = Line("monitor.recovered", 3, {"monitor": "m", "from": said(0), "to": said(2)}, incident=None)
    comment = Line("comment.received", 1, {"external_id": "c"}, source=CONNECTOR, accepted=2.5)
    assert found(Backdating, [comment, outage]) == [("late_declared", "info", (0,))]
    assert found(Backdating, [comment._replace(at=2.1), outage]) == [("late_undeclared", "warning", (0,))]
    assert found(Backdating, [note(1, 2.5), outage]) == [("late_undeclared", "warning", (0,))]


def test_a_correction_of_anything_else_declares_no_delay() -> None:
    other = Line("event.corrected", 3, {"target_event": 0, "field": "text", "from": "x", "to": "y", "reason": "x"})
    assert found(Backdating, [note(1, 2), other]) == [("late_undeclared", "warning", (0,))]


def test_an_event_that_fills_a_gap_on_record_is_declared_late() -> None:
    filled = Line("ingest.gap_filled", 2, {"source": CONNECTOR, "sequence": 5}, incident=None, source=LEDGER)
    late = Line("comment.received", 1, {"external_id": "c"}, source=CONNECTOR, accepted=2, number=5)
    assert found(Backdating, [filled, late]) == [("late_declared", "info", (1,))]


def test_the_worst_of_a_source_comes_first_with_how_unusual_it_was() -> None:
    lines = [*(note(number / 60) for number in range(98)), note(1, 2), note(0, 3)]
    [finding] = verdict_on(Backdating, lines).findings
    assert finding.indexes == (99, 98)
    assert (
        "2 of the events of urn:console:test. The longest took 3 h; 99 % of what this source sent took clearly less"
        in finding.explanation["en"]
    )


def test_an_event_recorded_before_its_time_is_ahead() -> None:
    assert found(Backdating, [note(1, 1 - later(61))]) == [("ahead_of_time", "warning", (0,))]
    assert found(Backdating, [note(1, 1 - later(60))]) == []


COMMENT = Line("comment.received", 5, {"external_id": "c"})
REMOVED = Line("comment.removed", 5, {"target": "c"})
CAUSES = [
    ([COMMENT], Line("reply.posted", 4.9, {"external_id": "r", "in_reply_to": "c"}, accepted=5)),
    ([COMMENT], Line("comment.acknowledged", 4.9, {"external_id": "c"}, accepted=5)),
    ([REMOVED], Line("comment.restored", 4.9, {"target": "c"}, accepted=5)),
    ([Line("comment.hidden", 5, {"target": "c"})], Line("comment.unhidden", 4.9, {"target": "c"}, accepted=5)),
    (
        [Line("commitment.made", 5, {"commitment_id": "p"})],
        Line("commitment.kept", 4.9, {"commitment_id": "p"}, accepted=5),
    ),
    ([COMMENT], Line("commitment.made", 4.9, {"commitment_id": "p", "made_in": 0}, accepted=5)),
    ([Line("update.published", 5, {"update_id": "u"})], Line("update.corrected", 4.99, {"update_id": "u"}, accepted=5)),
]


@pytest.mark.parametrize(("before", "after"), CAUSES, ids=lambda value: value.type if isinstance(value, Line) else "")
def test_nothing_may_claim_a_time_before_its_cause(before: list[Line], after: Line) -> None:
    wider = Line("checks.configured", 0, {"version": "2", "settings": {"future_skew_seconds": 30}}, None)
    assert found(Backdating, [*before, after, wider._replace(at=6)]) == [("before_its_cause", "warning", (1, 0))]
    assert found(Backdating, [*before, after._replace(at=5), wider._replace(at=6)]) == []


def test_a_reply_that_stands_before_its_comment_is_compared_once_the_comment_came() -> None:
    reply = Line("reply.posted", 4.9, {"external_id": "r", "in_reply_to": "c"})
    assert found(Backdating, [reply, COMMENT]) == [("before_its_cause", "warning", (0, 1))]


def story(trigger: Line, olds: int, source: str = CONSOLE) -> list[Line]:
    usual = [note(number / 10, source=source) for number in range(90)]
    return [*usual, trigger, *(note(8, 10.5, source) for _ in range(olds)), note(11, source=source)]


GRANT = Line("auditor.access_granted", 10, {"auditor": "a"}, incident=None)
SURGE = Line("surge.detected", 10, {"series": "all", "bucket": {"from": said(9.5), "to": said(9.75)}})


@pytest.mark.parametrize(
    ("trigger", "rule"), [(GRANT, "burst_after_audit_grant"), (SURGE, "burst_after_surge")], ids=["grant", "surge"]
)
def test_a_burst_of_old_dates_right_after_an_audit_or_a_surge_begins_fails(trigger: Line, rule: str) -> None:
    assert (rule, "failure", (*range(91, 96), 90)) in found(Backdating, story(trigger, 5))


def test_a_few_old_dates_are_no_burst_nor_is_what_a_source_always_does_nor_what_is_declared() -> None:
    def bursts(lines: list[Line]) -> list[str]:
        return [rule for rule, _, _ in found(Backdating, lines) if rule.startswith("burst")]

    assert bursts(story(GRANT, 4)) == []
    imported = [note(number / 10, 10 + number / 1000) for number in range(90)]
    assert bursts([*imported[:40], GRANT._replace(at=10.04), *imported[40:]]) == []
    declared = [note(12, target_event=index) for index in range(91, 96)]
    assert bursts([*story(GRANT, 5), *declared]) == []
    assert bursts(story(GRANT, 5)[:90]) == []


def test_a_source_without_a_past_is_compared_with_all_others() -> None:
    lines = story(GRANT, 0)
    lines[91:91] = [note(8, 10.5, "urn:importer:new") for _ in range(5)]
    assert ("burst_after_audit_grant", "failure", (*range(91, 96), 90)) in found(Backdating, lines)
