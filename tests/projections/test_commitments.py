"""The promises of the sample crisis, judged by hand, and every way in which one may end."""

from datetime import timedelta

import pytest

from projections.comments import Said
from projections.commitments import CommitmentRow, DueChange, judge
from projections.views.commitments import CommitmentsView
from tests.projections.crisis import BEGUN, crisis, seen

VIEW = CommitmentsView()


def test_the_crisis_made_nine_promises_and_kept_seven_of_eight_in_time() -> None:
    answer = seen(VIEW, crisis())
    assert set(answer.made.indexes) == {e.index for e in crisis() if e.type == "commitment.made"}
    assert {state: figure.value for state, figure in answer.states.items()} == {
        "open": 1,
        "kept": 7,
        "kept_late": 1,
        "missed": 0,
        "cancelled": 0,
    }
    assert answer.states["kept_late"].indexes == [457, 536]
    assert (answer.due.value, answer.kept_rate.value) == (8, 7 / 8)
    assert (answer.kept_rate.low, answer.kept_rate.high) == pytest.approx((0.52911, 0.97758), abs=1e-5)
    assert answer.moved.indexes == [546]


def test_followed_by_hand_each_promise_was_kept_when_its_events_say() -> None:
    made = {e.text("commitment_id"): e for e in crisis() if e.type == "commitment.made"}
    kept = {e.text("commitment_id"): e for e in crisis() if e.type == "commitment.kept"}
    for one in seen(VIEW, crisis()).commitments:
        told = crisis()[one.indexes[0]]
        assert told is made[one.commitment]
        if one.commitment in kept:
            assert one.kept_at == kept[one.commitment].moment
            assert one.state == ("kept" if one.kept_at <= one.due else "kept_late")


def test_at_each_moment_a_promise_is_what_it_was_then() -> None:
    at_dawn = [e for e in crisis() if e.index <= 460]
    then = seen(VIEW, at_dawn, at=BEGUN + timedelta(seconds=58_700))
    morning = {one.commitment: one.state for one in then.commitments}
    later = {one.commitment: one.state for one in seen(VIEW, at_dawn).commitments}
    assert (morning["amendes-remboursees"], later["amendes-remboursees"]) == ("open", "missed")
    assert (morning["bilan-samedi"], later["bilan-samedi"]) == ("kept", "kept")


MADE = CommitmentRow(made=1, made_at=0, first_due=100)
MOVED = DueChange(2, 50, 100, 200, "why")


@pytest.mark.parametrize(
    ("row", "at", "expected"),
    [
        (MADE, 100, ("open", 100, (1,))),
        (MADE, 101, ("missed", 100, (1,))),
        (MADE.model_copy(update={"kept": (Said(3, 100, ""),)}), 500, ("kept", 100, (1, 3))),
        (MADE.model_copy(update={"kept": (Said(3, 101, ""),)}), 500, ("kept_late", 100, (1, 3))),
        (MADE.model_copy(update={"changes": (MOVED,)}), 150, ("open", 200, (1, 2))),
        (MADE.model_copy(update={"changes": (MOVED._replace(at=101),)}), 150, ("missed", 100, (1,))),
        (MADE.model_copy(update={"cancelled": (Said(4, 60, "why"),)}), 500, ("cancelled", 100, (1, 4))),
        (MADE.model_copy(update={"cancelled": (Said(4, 101, "why"),)}), 500, ("missed", 100, (1,))),
        (
            MADE.model_copy(update={"cancelled": (Said(4, 60, ""),), "kept": (Said(3, 50, ""),)}),
            500,
            ("kept", 100, (1, 3)),
        ),
        (CommitmentRow(changes=(MOVED,)), 201, ("missed", 200, (2,))),
        (CommitmentRow(kept=(Said(3, 1, ""),)), 500, ("kept", None, (3,))),
    ],
)
def test_a_promise_is_judged_by_the_time_that_was_due_before_it_passed(
    row: CommitmentRow, at: int, expected: tuple[object, ...]
) -> None:
    assert judge(row, at) == expected
