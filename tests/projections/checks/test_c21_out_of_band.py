"""C21: what the page did by hand, past the ledger, is found and stays told when it is declared afterwards."""

from projections.checks.c21_out_of_band import OutOfBand
from tests.projections.checks.judged import comment, judged, lack, measure, seen, snapshot

SEEN = seen("comment.observed_moderated", 2, external_id="a", measure="removed", by="page-admin")


def test_declared_measures_alone_are_fine() -> None:
    assert judged(OutOfBand, [comment("a"), measure("comment.hidden", "a"), snapshot(2)]) == []
    assert lack(OutOfBand, [comment("a"), snapshot(2)]) is None


def test_a_measure_seen_on_the_platform_and_nowhere_declared_fails() -> None:
    lines = [comment("a"), snapshot(2), SEEN]
    assert judged(OutOfBand, lines) == [("out_of_band", "failure", (2,), None)]
    assert judged(OutOfBand, [*lines, measure("comment.hidden", "b", 3)]) == [("out_of_band", "failure", (2,), None)]


def test_a_measure_declared_afterwards_settles_it_and_it_is_still_told() -> None:
    lines = [comment("a"), snapshot(2), SEEN, measure("comment.removed", "a", 3)]
    assert judged(OutOfBand, lines) == [("out_of_band", "info", (2,), 3)]
    along = [*lines[:3], measure("comment.removed", "parent", 3, cascade_ids=["a"])]
    assert judged(OutOfBand, along) == [("out_of_band", "info", (2,), 3)]


def test_without_a_snapshot_nobody_can_tell() -> None:
    assert lack(OutOfBand, [comment("a")]) is not None
