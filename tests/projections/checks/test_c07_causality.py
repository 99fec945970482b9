"""C7: what ends had begun, references point back, and who must be another person was another."""

import json
from pathlib import Path

import pytest

from projections.checks.c07_causality import Causality
from tests.projections.checks.logs import SHA, Line, found

COMMENT = Line("comment.received", 0, {"external_id": "c"})
OPENED = Line("incident.opened", 0, {"severity": "major"})


def measure(kind: str, at: float, actor: str = "person:tomas", **told: object) -> Line:
    return Line(f"comment.{kind}", at, {"target": "c", "actor": actor, "cascade_ids": [], **told})


@pytest.mark.parametrize(
    ("begun", "ended"),
    [
        (measure("hidden", 1), measure("unhidden", 2)),
        (measure("removed", 1), measure("restored", 2)),
        (Line("commitment.made", 1, {"commitment_id": "p"}), Line("commitment.kept", 2, {"commitment_id": "p"})),
        (Line("commitment.made", 1, {"commitment_id": "p"}), Line("commitment.due_changed", 2, {"commitment_id": "p"})),
        (Line("incident.closed", 1, {}), Line("incident.reopened", 2, {})),
    ],
    ids=lambda line: line.type,
)
def test_nothing_ends_that_did_not_begin(begun: Line, ended: Line) -> None:
    assert found(Causality, [COMMENT, begun, ended]) == found(Causality, [COMMENT, begun, ended], incident=None) == []
    assert found(Causality, [COMMENT, ended], incident=None) == [("unfounded", "failure", (1,))]
    assert found(Causality, [COMMENT, ended]) == [("unfounded_in_incident", "warning", (1,))]


def test_what_ended_before_ends_no_second_time() -> None:
    lines = [COMMENT, measure("hidden", 1), measure("unhidden", 2), measure("unhidden", 3)]
    assert found(Causality, lines) == [("unfounded", "failure", (3,))]


def test_a_real_removal_is_no_ground_for_an_exercise_to_restore_it() -> None:
    lines = [COMMENT, measure("removed", 1), measure("restored", 2, exercise=True)]
    assert found(Causality, lines) == []


DRAFT = {"update_id": "u", "text_sha256": SHA}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Line("update.drafted", 1, DRAFT), Line("update.approved", 2, DRAFT)),
        (Line("reply.drafted", 1, {"text_sha256": SHA}), Line("reply.approved", 2, {"text_sha256": SHA})),
        (measure("hidden", 1), Line("appeal.decided", 2, {"appeal_id": "a", "target_event": 2})),
    ],
    ids=["update", "reply", "appeal"],
)
def test_who_drafted_or_acted_neither_approves_nor_decides(first: Line, second: Line) -> None:
    acted = first._replace(said={**first.said, "actor": "person:tomas"})
    same, other = (second._replace(said={**second.said, "actor": f"person:{who}"}) for who in ("tomas", "hugo"))
    before = [COMMENT, measure("hidden", 0.5, "person:ana"), acted]
    appeal = Line("appeal.received", 1.5, {"appeal_id": "a", "target_event": 2})
    told = [*before, appeal] if second.type == "appeal.decided" else before
    assert found(Causality, [*told, other]) == []
    assert found(Causality, [*told, same]) == [("same_person", "failure", (len(told), 2))]


def test_who_owns_an_action_does_not_verify_it() -> None:
    proposed = Line("preventive_action.proposed", 1, {"action_id": "a", "owner": "ana"})
    for by, expected in (("ana", [("same_person", "failure", (1, 0))]), ("hugo", [])):
        verified = Line("preventive_action.verified", 2, {"action_id": "a", "by": by})
        assert found(Causality, [proposed, verified]) == expected


def test_a_reference_to_an_event_that_did_not_exist_fails() -> None:
    lines = [Line("event.disputed", 0, {"target_event": 1}), Line("note.added", 1, {"text": "x"})]
    assert found(Causality, lines) == [("reference_to_later_event", "failure", (0,))]


def test_an_appeal_against_something_that_is_no_measure_fails() -> None:
    lines = [COMMENT, Line("appeal.received", 1, {"appeal_id": "a", "target_event": 0})]
    assert found(Causality, lines) == [("reference_to_other_type", "failure", (1, 0))]
    elsewhere = [COMMENT._replace(incident="other"), lines[1]]
    assert found(Causality, elsewhere) == []


REPLY = Line("reply.posted", 1, {"external_id": "r", "in_reply_to": "c"})


def test_an_answer_to_a_comment_that_the_ledger_never_received_is_a_broken_link() -> None:
    assert found(Causality, [REPLY], incident=None) == [("unknown_parent", "warning", (0,))]
    assert found(Causality, [REPLY]) == [("parent_outside_incident", "info", (0,))]
    assert found(Causality, [COMMENT, REPLY], incident=None) == []


def test_a_parent_may_come_a_little_later_and_not_much() -> None:
    assert found(Causality, [REPLY, COMMENT._replace(at=1.1)]) == [("parent_a_little_later", "info", (0,))]
    assert found(Causality, [REPLY, COMMENT._replace(at=1.5)]) == [("parent_later", "warning", (0,))]


ALONE = [("removed_alone", "warning", (2,))]
BY_HUGO = {"actor": "person:hugo"}


def test_a_removal_by_one_person_alone_during_an_open_incident_is_a_warning() -> None:
    lines = [OPENED, COMMENT, measure("removed", 1)]
    assert found(Causality, lines) == ALONE
    assert found(Causality, [lines[1], lines[2]]) == []  # nothing was open
    assert found(Causality, [OPENED, COMMENT, measure("removed", 1, "rule:spam")]) == []
    closed = Line("incident.closed", 0.5, {})
    assert found(Causality, [OPENED, COMMENT, closed, measure("removed", 1)]) == []
    off = Line("checks.configured", 0.5, {"version": "2", "settings": {"four_eyes_on_removal": False}}, None)
    assert found(Causality, [OPENED, COMMENT, off, measure("removed", 1)]) == []


def test_another_person_who_looked_before_makes_four_eyes() -> None:
    looked = Line("comment.classified", 0.5, {"external_id": "c", "label": "abuse", **BY_HUGO})
    assert found(Causality, [OPENED, COMMENT, looked, measure("removed", 1)]) == []
    own = looked._replace(said={**looked.said, "actor": "person:tomas"})
    assert found(Causality, [OPENED, COMMENT, own, measure("removed", 1)]) == [("removed_alone", "warning", (3,))]


@pytest.mark.parametrize(
    "look",
    [
        Line("note.added", 2, {"text": "x", "target_event": 2, **BY_HUGO}),
        measure("restored", 2, "person:hugo"),
    ],
    ids=lambda line: line.type,
)
def test_another_person_who_looks_afterwards_settles_it(look: Line) -> None:
    lines = [OPENED, COMMENT, measure("removed", 1)]
    assert found(Causality, [*lines, look]) == [("removed_then_reviewed", "info", (2, 3))]
    own = look._replace(said={**look.said, "actor": "person:tomas"})
    assert found(Causality, [*lines, own]) == ALONE


def test_real_conversations_show_the_replies_whose_comments_are_missing(shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "twcs_events.ndjson").read_bytes().splitlines()]
    known = {row["data"]["external_id"] for row in rows}
    orphans = tuple(
        index
        for index, row in enumerate(rows)
        if row["type"] == "reply.posted" and (parent := row["data"]["in_reply_to"]) is not None and parent not in known
    )
    lines = [Line(row["type"], place / 3600, row["data"], None) for place, row in enumerate(rows)]
    broken = [finding for finding in found(Causality, lines, incident=None) if finding[0] == "unknown_parent"]
    assert broken == [("unknown_parent", "warning", orphans)]
    assert len(orphans) == 3
