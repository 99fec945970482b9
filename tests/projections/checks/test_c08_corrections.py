"""C8: what changed outside must be declared in time and as it reads; what was declared must fit the record."""

from typing import Any

import pytest

from projections.checks.c08_corrections import Corrections
from projections.reconciliation.normalised import text_digest
from projections.update_history import text_hash
from tests.projections.checks.judged import CRISIS, comment, judged, lack, seen, snapshot
from tests.projections.written import Written

FIRST, SECOND = "Trois lignes sont touchées.", "Toutes les lignes sont touchées."
UPDATE: Written = ("update.published", CRISIS, 0, {"update_id": "u", "audience": "public", "text": FIRST})
CHANGED = seen("update.observed_changed", 2, update_id="u", after_sha=text_digest(SECOND), after=SECOND)


def corrected(hours: float, text: str, name: str = "u") -> Written:
    return (
        "update.corrected",
        CRISIS,
        hours,
        {"update_id": name, "what_was_wrong": "…", "new_text": text, "reason": "…"},
    )


def edited(hours: float, before: str, after: str) -> Written:
    return "reply.edited", CRISIS, hours, {"external_id": "r", "before_sha256": before, "after": after, "reason": "…"}


def reply(text: str = FIRST) -> Written:
    return "reply.posted", CRISIS, 0, {"platform": "x", "external_id": "r", "in_reply_to": "a", "text": text}


def test_a_correction_declared_in_time_as_it_reads_is_fine() -> None:
    assert judged(Corrections, [UPDATE, corrected(1, SECOND), snapshot(2)]) == []
    assert judged(Corrections, [UPDATE, CHANGED, corrected(3, SECOND)]) == [("update_changed", "info", (1, 0, 2), 2)]
    marked_up = corrected(3, "<p>Toutes les&nbsp;lignes sont touchées.</p>")
    assert judged(Corrections, [UPDATE, CHANGED, marked_up]) == [("update_changed", "info", (1, 0, 2), 2)]


def test_a_change_nobody_declared_fails() -> None:
    lines = [UPDATE, snapshot(2), CHANGED]
    assert judged(Corrections, lines) == [("update_changed", "failure", (2, 0), None)]


@pytest.mark.parametrize("line", [corrected(3, "Something else."), corrected(3, SECOND, "another")])
def test_a_declaration_of_other_words_or_of_another_update_is_none(line: Written) -> None:
    assert judged(Corrections, [UPDATE, CHANGED, line]) == [("update_changed", "failure", (1, 0), None)]


def test_there_is_time_to_declare_and_an_end_to_it() -> None:
    assert judged(Corrections, [UPDATE, CHANGED], hours=26) == [("not_declared_yet", "warning", (1, 0), None)]
    assert judged(Corrections, [UPDATE, CHANGED], hours=27) == [("update_changed", "failure", (1, 0), None)]
    assert judged(Corrections, [UPDATE, CHANGED, corrected(30, SECOND)]) == [
        ("declared_late", "warning", (1, 0, 2), None)
    ]


@pytest.mark.parametrize(
    ("what", "said", "rule", "declared", "about"),
    [
        (
            "reply.observed_changed",
            {"external_id": "r", "after_sha": text_digest(SECOND)},
            "reply_changed",
            edited(3, text_hash(FIRST), SECOND),
            [1],
        ),
        (
            "update.observed_redated",
            {"update_id": "u", "from": "2026-01-01T11:48:00Z", "to": "2026-01-01T11:30:00Z"},
            "update_redated",
            corrected(3, FIRST),
            [0],
        ),
        (
            "incident.observed_retitled",
            {"from": "Outage", "to": "Slowness"},
            "incident_retitled",
            ("incident.title_changed", CRISIS, 3, {"from": "Outage", "to": "Slowness", "reason": "…"}),
            [],
        ),
    ],
    ids=["reply", "time", "title"],
)
def test_replies_times_and_titles_too(
    what: str, said: dict[str, Any], rule: str, declared: Written, about: list[int]
) -> None:
    lines = [UPDATE, reply(), seen(what, 2, **said)]
    assert judged(Corrections, lines) == [(rule, "failure", (2, *about), None)]
    assert judged(Corrections, [*lines, declared]) == [(rule, "info", (2, *about, 3), 3)]


def test_a_title_declared_otherwise_is_no_declaration() -> None:
    other: Written = ("incident.title_changed", CRISIS, 3, {"from": "Outage", "to": "Total outage", "reason": "…"})
    line = seen("incident.observed_retitled", 2, **{"from": "Outage", "to": "Slowness"})
    assert judged(Corrections, [line, other]) == [("incident_retitled", "failure", (0,), None)]


def test_an_edit_that_names_another_text_before_it_fails() -> None:
    good = [reply(), edited(1, text_hash(FIRST), SECOND), edited(2, text_hash(SECOND), "Third.")]
    assert judged(Corrections, good) == []
    bad = [reply(), edited(1, text_hash(FIRST), SECOND), edited(2, text_hash("Never said."), "Third.")]
    assert judged(Corrections, bad) == [("before_contradicts", "failure", (2, 1), None)]
    withdrawn: Written = ("reply.withdrawn", CRISIS, 3, {"external_id": "r", "before_sha256": text_hash("Other.")})
    assert judged(Corrections, [reply(), withdrawn]) == [("before_contradicts", "failure", (1, 0), None)]


def test_an_authors_edit_of_a_text_the_ledger_does_not_hold_is_a_warning() -> None:
    said = {"external_id": "a", "revision": 2, "after": SECOND}
    honest = {**said, "before_sha": text_hash("Toujours rien.")}
    assert judged(Corrections, [comment("a"), ("comment.edited_by_author", CRISIS, 1, honest)]) == []
    falsified = {**said, "before_sha": text_hash("Toujours rien, bande d’incapables.")}
    lines: list[Written] = [comment("a"), ("comment.edited_by_author", CRISIS, 1, falsified)]
    assert judged(Corrections, lines) == [("author_before_contradicts", "warning", (1, 0), None)]


def test_without_a_look_at_what_we_published_there_is_a_lack() -> None:
    assert lack(Corrections, [UPDATE]) is not None
    assert lack(Corrections, [UPDATE, snapshot(2)]) is None
