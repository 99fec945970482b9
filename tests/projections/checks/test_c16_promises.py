"""C16: a promise is kept by its time, or openly not; its time moves by a declared change, before it passed."""

from typing import Any

import pytest

from projections.checks.c16_promises import PromiseAudit
from tests.projections.checks.logs import SHA, Line, found, later, said


def made(due: float, at: float = 0, audience: str = "public", **told: Any) -> Line:
    return Line("commitment.made", at, {"commitment_id": "p", "due": said(due), "audience": audience, **told})


def kept(at: float, evidence: list[Any] | None = None, accepted: float | None = None) -> Line:
    return Line("commitment.kept", at, {"commitment_id": "p", "evidence": evidence or []}, accepted=accepted)


def moved(at: float, from_: float, due: float, reason: str | None = "A part is missing.") -> Line:
    told = {"commitment_id": "p", "from": said(from_), "due": said(due), "reason": reason}
    return Line("commitment.due_changed", at, told)


PROOF: list[Any] = [SHA]


def test_a_promise_kept_in_time_with_evidence_is_clean() -> None:
    assert found(PromiseAudit, [made(10), kept(10, PROOF)]) == []
    assert found(PromiseAudit, [made(10), kept(10 + later(120), PROOF)]) == []


@pytest.mark.parametrize(("audience", "severity"), [("public", "failure"), ("staff", "warning")])
def test_a_promise_missed_fails_towards_the_public_and_warns_towards_others(audience: str, severity: str) -> None:
    name = "missed_public" if audience == "public" else "missed_internal"
    noted = Line("commitment.missed", 11, {"commitment_id": "p", "due": said(10), "cause": 0})
    assert found(PromiseAudit, [made(10, audience=audience), noted]) == [(name, severity, (0, 1))]
    assert found(PromiseAudit, [made(10, audience=audience)]) == [(name, severity, (0,))]
    assert found(PromiseAudit, [made(10, audience=audience)], at=9) == []


def test_taking_a_promise_back_helps_before_its_time_only() -> None:
    cancelled = Line("commitment.cancelled", 9, {"commitment_id": "p", "reason": "x"})
    assert found(PromiseAudit, [made(10), cancelled]) == []
    assert found(PromiseAudit, [made(10), cancelled._replace(at=11)]) == [("missed_public", "failure", (0,))]


def test_kept_late_is_a_warning_and_so_is_in_time_by_its_own_word_after_the_miss_was_noted() -> None:
    noted = Line("commitment.missed", 10.1, {"commitment_id": "p", "due": said(10), "cause": 0})
    assert found(PromiseAudit, [made(10), noted, kept(12, PROOF)]) == [("kept_late", "warning", (2, 0, 1))]
    back = kept(9, PROOF, accepted=12)
    assert found(PromiseAudit, [made(10), noted, back]) == [("kept_after_miss", "warning", (2, 1, 0))]


def test_kept_without_evidence_fails_and_so_does_evidence_that_did_not_exist() -> None:
    expected = [("kept_without_evidence_public", "failure", (1, 0))]
    assert found(PromiseAudit, [made(10), kept(9)]) == expected
    assert found(PromiseAudit, [made(10), kept(9, [7])]) == expected
    assert found(PromiseAudit, [made(10), kept(9, [0])]) == []
    assert found(PromiseAudit, [made(10, audience="staff"), kept(9)]) == [
        ("kept_without_evidence_internal", "warning", (1, 0))
    ]


def test_a_time_moved_before_it_passed_is_clean_and_afterwards_it_fails() -> None:
    assert found(PromiseAudit, [made(10), moved(9, 10, 20), kept(19, PROOF)]) == []
    afterwards = found(PromiseAudit, [made(10), moved(11, 10, 20), kept(19, PROOF)])
    assert afterwards == [("moved_after_due_public", "failure", (1, 0)), ("kept_late", "warning", (2, 0))]


def test_a_time_moved_without_a_reason_is_a_warning() -> None:
    assert found(PromiseAudit, [made(10), moved(9, 10, 20, None), kept(19, PROOF)]) == [
        ("moved_without_reason", "warning", (1, 0))
    ]


def test_a_time_that_was_never_the_one_moved_from_was_moved_in_silence() -> None:
    lines = [made(10), moved(9, 15, 20), kept(9.5, PROOF)]
    assert found(PromiseAudit, lines) == [("due_replaced_public", "failure", (1, 0))]


def test_telling_a_promise_again_with_another_time_fails() -> None:
    assert found(PromiseAudit, [made(10), made(20, 9), kept(9.5, PROOF)]) == [
        ("due_replaced_public", "failure", (1, 0))
    ]
    assert found(PromiseAudit, [made(10), made(10, 9), kept(9.5, PROOF)]) == []


def update(name: str, at: float, due: float | None, audience: str = "public") -> Line:
    told = {"update_id": name, "audience": audience, "channel": ["x"]}
    return Line("update.published", at, {**told, "next_update_due": None if due is None else said(due)})


def test_the_next_update_in_time_keeps_the_promise_of_the_one_before() -> None:
    lines = [update("u-1", 0, 2), update("u-2", 2, 4), update("u-3", 3.5, None)]
    assert found(PromiseAudit, lines) == []


@pytest.mark.parametrize(("audience", "severity"), [("public", "failure"), ("partners", "warning")])
def test_an_update_that_never_came_fails_towards_the_public(audience: str, severity: str) -> None:
    noted = Line("cadence.missed", 2.1, {"last_update": 0, "due_at": said(2)})
    lines = [update("u-1", 0, 2, audience), noted]
    name = "update_missed_public" if audience == "public" else "update_missed_internal"
    assert found(PromiseAudit, lines) == [(name, severity, (0, 1))]
    other = update("u-2", 1, None, "staff")
    assert (name, severity, (0, 1)) in found(PromiseAudit, [*lines, other])


def test_an_update_that_came_late_is_a_warning() -> None:
    assert found(PromiseAudit, [update("u-1", 0, 2), update("u-2", 3, None)]) == [("update_late", "warning", (1, 0))]


def test_an_update_dated_in_time_after_the_miss_was_noted_is_a_warning() -> None:
    noted = Line("cadence.missed", 2.1, {"last_update": 0, "due_at": said(2)})
    back = update("u-2", 1.9, None)._replace(accepted=3)
    assert found(PromiseAudit, [update("u-1", 0, 2), noted, back]) == [("kept_after_miss", "warning", (2, 0, 1))]


def test_the_same_update_told_again_with_another_time_fails() -> None:
    lines = [update("u-1", 0, 2), update("u-1", 1.9, 4), update("u-2", 3, None)]
    assert found(PromiseAudit, lines) == [("due_replaced_public", "failure", (1, 0))]


def test_a_time_corrected_in_the_record_fails() -> None:
    told = {"target_event": 0, "field": "next_update_due", "from": said(2), "to": said(4), "reason": "x"}
    lines = [update("u-1", 0, 2), Line("event.corrected", 1, told), update("u-2", 1.5, None)]
    assert found(PromiseAudit, lines) == [("due_replaced_public", "failure", (1, 0))]
    wild = Line("event.corrected", 1, {**told, "to": "soon"})
    assert found(PromiseAudit, [lines[0], wild, lines[2]]) == []
