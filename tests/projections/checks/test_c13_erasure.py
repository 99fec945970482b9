"""C13: every way to make something disappear in the name of the law, without the law, is found."""

from typing import Any

import pytest

from projections.checks.c13_erasure import Erasure
from tests.projections.checks.judged import CRISIS, comment, judged, told, verdict, without
from tests.projections.written import Written

SUBJECT = {"subject_hash": "a" * 64, "law": "GDPR art. 17"}
REQUESTED: Written = (
    "subject.erasure_requested",
    None,
    1,
    SUBJECT | {"scope": "All of it.", "actor": "author:a-1"},
)
DECISION: dict[str, Any] = SUBJECT | {
    "decision": "granted",
    "scope": "All of it.",
    "request": 1,
    "events": [0],
    "actor": "person:hugo",
}


def decided(hours: float = 2, **said: object) -> Written:
    return "subject.erasure_decided", None, hours, DECISION | said


def destroyed(*fields: str, hours: float = 3, decision: int = 2, index: int = 0) -> Written:
    scope = [{"index": index, "fields": list(fields or ("text",))}]
    return "key.destroyed", None, hours, SUBJECT | {"decision": decision, "scope": scope}


def hold(**said: object) -> Written:
    return "legal_hold.placed", None, 0.5, {"scope": "Threats.", "authority": "Court", **said}


GONE = without(comment("a"), "text")


def test_what_was_asked_for_granted_by_another_and_then_destroyed_is_lawful() -> None:
    lines = [GONE, REQUESTED, decided(), destroyed()]
    assert judged(Erasure, lines) == []
    assert judged(Erasure, lines, incident=None) == []
    assert told(Erasure, lines) == ["erased_share"]
    [share] = verdict(Erasure, lines).findings
    assert share.explanation["en"] == "Of 1 comments 1 had their words erased by law."
    assert share.indexes == (3,)


@pytest.mark.parametrize(
    ("lines", "rule", "indexes"),
    [
        ([GONE, destroyed(decision=0)], "no_decision", (1,)),
        ([GONE, REQUESTED, destroyed(decision=3), decided(4)], "no_decision", (2,)),
        ([GONE, REQUESTED, decided(decision="refused"), destroyed()], "refused", (3, 2)),
        ([GONE, REQUESTED, decided(events=[7]), destroyed()], "beyond_decision", (3, 2, 0)),
        ([GONE, REQUESTED, decided(request=None), destroyed()], "no_request", (3, 2)),
        ([GONE, REQUESTED, decided(subject_hash="b" * 64), destroyed()], "no_request", (3, 2, 1)),
        ([GONE, REQUESTED, decided(actor="author:a-1"), destroyed()], "decided_alone", (3, 2, 1)),
    ],
    ids=["none", "afterwards", "refused", "beyond", "unasked", "of another", "alone"],
)
def test_destruction_without_a_decision_that_covers_it_fails(
    lines: list[Written], rule: str, indexes: tuple[int, ...]
) -> None:
    assert judged(Erasure, lines) == [(rule, "failure", indexes, None)]


def test_a_decision_that_names_nothing_is_a_warning() -> None:
    lines = [GONE, REQUESTED, decided(events=[]), destroyed()]
    assert judged(Erasure, lines) == [("events_unnamed", "warning", (3, 2), None)]


def test_a_hold_forbids_it_until_it_is_released() -> None:
    lines = [GONE, REQUESTED, decided(), hold(events=[0]), destroyed()]
    assert judged(Erasure, lines) == [("under_hold", "failure", (4, 3, 0), None)]
    for release in ({"hold": 3, "scope": "…"}, {"scope": "Threats."}):
        released: Written = ("legal_hold.released", None, 2.5, release | {"authority": "Court"})
        assert judged(Erasure, [*lines[:4], released, destroyed()]) == []
    other: Written = ("legal_hold.released", None, 2.5, {"scope": "Another.", "authority": "Court"})
    assert judged(Erasure, [*lines[:4], other, destroyed()])[0][0] == "under_hold"
    assert judged(Erasure, [*lines[:3], hold(events=[9]), destroyed()]) == []
    assert judged(Erasure, [*lines[:3], destroyed(), hold(events=[0])]) == []


def test_a_hold_that_names_no_events_covers_its_incident_or_without_one_everything() -> None:
    lines = [GONE, REQUESTED, decided(), hold(), destroyed()]
    assert judged(Erasure, lines) == [("under_hold", "failure", (4, 3, 0), None)]
    for incident, found in ((CRISIS, ["under_hold"]), ("another", [])):
        of_incident: Written = ("legal_hold.placed", incident, 0.5, {"scope": "Threats.", "authority": "Court"})
        held = [*lines[:3], of_incident, destroyed()]
        assert [rule for rule, *_ in judged(Erasure, held)] == found
        assert judged(Erasure, held, incident=None) == [("hold_unclear", "warning", (4, 3), None)]


def test_what_cannot_be_opened_and_was_not_erased_fails() -> None:
    assert judged(Erasure, [GONE, comment("b")]) == [("missing_without_erasure", "failure", (0,), None)]
    other = [GONE, comment("b"), REQUESTED, decided(events=[1], request=2), destroyed(decision=3, index=1)]
    assert judged(Erasure, other) == [("missing_without_erasure", "failure", (0,), None)]


def test_what_a_reader_may_not_see_at_all_is_not_missing() -> None:
    assert judged(Erasure, [GONE, without(comment("b"), "text")]) == []


def test_an_erasure_elsewhere_is_no_matter_of_this_incident() -> None:
    lines = [comment("a"), (GONE[0], "other", *GONE[2:]), destroyed(decision=0, index=1)]
    assert judged(Erasure, lines) == []
    assert judged(Erasure, lines, incident=None) == [("no_decision", "failure", (2,), None)]


def proportions(negative: int, other: int) -> list[Written]:
    """Twenty comments of each kind, so many of them erased by law."""
    lines: list[Written] = []
    for number in range(40):
        mood = "negative" if number < 20 else "positive"
        lines.append(comment(f"c{number}"))
        lines.append(("sentiment.assessed", CRISIS, 0, {"target": f"c{number}", "label": mood}))
    gone = [2 * number for number in (*range(negative), *range(20, 20 + other))]
    for index in gone:
        lines[index] = without(lines[index], "text")
    scope = [{"index": index, "fields": ["text"]} for index in gone]
    lines += [REQUESTED, decided(request=80, events=gone)]
    return [*lines, ("key.destroyed", None, 3, SUBJECT | {"decision": 81, "scope": scope})]


def test_criticism_erased_out_of_proportion_is_a_warning() -> None:
    [(rule, severity, indexes, _)] = judged(Erasure, proportions(15, 2))
    assert (rule, severity, indexes[0], len(indexes)) == ("out_of_proportion", "warning", 82, 16)
    assert judged(Erasure, proportions(9, 8)) == []
    assert judged(Erasure, proportions(2, 15)) == []
