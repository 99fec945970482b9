"""C20: nothing real passes for an exercise, and nothing of an exercise for real."""

from typing import Any

import pytest

from projections.checks.c20_drills import DrillSeparation
from tests.projections.checks.logs import LEDGER, Line, found

STARTED = Line("drill.started", 1, {"exercise": True, "scenario": "outage"}, incident=None)
FINISHED = Line("drill.finished", 5, {"exercise": True, "scenario": "outage"}, incident=None)


def played(kind: str, at: float = 2, incident: str | None = "drill", **told: Any) -> Line:
    return Line(kind, at, {"exercise": True, **told}, incident)


def real(kind: str, at: float = 2, incident: str | None = "crisis", **told: Any) -> Line:
    return Line(kind, at, told, incident)


COMMENT: dict[str, Any] = {"external_id": "c", "platform": "x"}


def test_a_drill_with_its_mark_beside_a_real_crisis_is_clean() -> None:
    lines = [
        real("incident.opened", 0),
        real("comment.received", 0, external_id="c-1"),
        STARTED,
        played("incident.opened"),
        played("comment.received", external_id="d-1"),
        played("comment.removed", target="d-1"),
        played("update.published", update_id="d-u", audience="public"),
        real("reply.posted", 3, external_id="r-1", in_reply_to="c-1"),
        FINISHED,
    ]
    assert found(DrillSeparation, lines, incident=None) == []


@pytest.mark.parametrize("incident", ["crisis", None])
def test_hiding_a_removal_of_a_real_comment_under_the_mark_fails(incident: str | None) -> None:
    marked = played("comment.removed", 3, "crisis", target="c")
    lines = [STARTED, real("comment.received", **COMMENT), marked, FINISHED]
    assert found(DrillSeparation, lines, incident) == [("real_marked_drill", "failure", (2, 1))]


def test_a_marked_event_in_an_incident_opened_for_real_fails() -> None:
    lines = [STARTED, real("incident.opened"), played("decision.recorded", 3, "crisis"), FINISHED]
    assert found(DrillSeparation, lines) == [("real_incident_marked_drill", "failure", (2, 1))]


def test_a_real_comment_received_as_an_exercise_is_betrayed_by_a_snapshot() -> None:
    seen = Line("comment.observed_unreported", 4, {**COMMENT, "account": "a"}, None, LEDGER)
    lines = [STARTED, played("comment.received", **COMMENT), seen, FINISHED]
    assert found(DrillSeparation, lines, incident=None) == [("real_marked_drill", "failure", (1, 2))]


def test_a_comment_received_both_for_real_and_as_an_exercise_fails() -> None:
    lines = [STARTED, played("comment.received", **COMMENT), FINISHED, real("comment.received", 6, **COMMENT)]
    assert found(DrillSeparation, lines, incident=None) == [("real_marked_drill", "failure", (1, 3))]


def test_the_mark_outside_of_any_drill_fails() -> None:
    lines = [STARTED, FINISHED, played("comment.removed", 6, target="d")]
    assert found(DrillSeparation, lines, incident=None) == [("outside_of_drills", "failure", (2,))]
    assert found(DrillSeparation, [lines[2]], incident=None) == [("outside_of_drills", "failure", (0,))]
    assert found(DrillSeparation, [STARTED, FINISHED, lines[2]._replace(at=4, accepted=6)], incident=None) == []


def test_a_drill_that_is_never_finished_is_a_warning() -> None:
    assert found(DrillSeparation, [STARTED], at=26) == [("drill_unfinished", "warning", (0,))]
    assert found(DrillSeparation, [STARTED], at=24) == []


UNMARKED = [
    ([played("comment.received", **COMMENT)], real("comment.removed", 3, "drill", target="c")),
    ([played("commitment.made", commitment_id="p")], real("commitment.kept", 3, "drill", commitment_id="p")),
    ([played("incident.opened")], real("decision.recorded", 3, "drill")),
    ([played("update.published", update_id="u")], real("update.corrected", 3, "drill", update_id="u")),
]


@pytest.mark.parametrize(("before", "after"), UNMARKED, ids=["comment", "promise", "incident", "update"])
def test_an_event_of_the_drill_without_the_mark_fails(before: list[Line], after: Line) -> None:
    lines = [STARTED, *before, after, FINISHED]
    assert found(DrillSeparation, lines, incident=None) == [("drill_unmarked", "failure", (2, 1))]
    marked = after._replace(said={**after.said, "exercise": True})
    assert found(DrillSeparation, [STARTED, *before, marked, FINISHED], incident=None) == []


def test_what_a_drill_played_with_must_not_reach_the_public() -> None:
    update = played("update.published", update_id="u", audience="public")
    delivered = real("update.delivered", 3, "drill", update_id="u", channel="e-mail")
    assert found(DrillSeparation, [STARTED, update, delivered, FINISHED], incident=None) == [
        ("drill_made_public", "failure", (2, 1))
    ]
    seen = Line("update.observed", 3, {"update_id": "u"}, None, LEDGER)
    assert ("drill_made_public", "failure", (2, 1)) in found(
        DrillSeparation, [STARTED, update, seen, FINISHED], incident=None
    )
    page = played("public_page.published", incident=None, rows=1)
    assert found(DrillSeparation, [STARTED, page, FINISHED]) == [("drill_made_public", "failure", (1,))]
