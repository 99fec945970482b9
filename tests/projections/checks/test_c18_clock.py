"""C18: witnesses cosign heads often enough, or the verdict says that the clock is the ledger's word."""

from projections.checks.c18_clock import ClockTrust
from tests.projections.checks.logs import Line, found, log, proved, verdict_on
from tests.projections.written import hour


def witnessed(at: float, size: int = 0) -> Line:
    told = {"tree_size": size, "root": "r", "witnesses": ["w"]}
    return Line("checkpoint.witnessed", at, told, incident=None)


def test_heads_cosigned_every_day_are_clean() -> None:
    assert found(ClockTrust, [witnessed(0), witnessed(24), witnessed(48)], at=72) == [("witnessed", "info", (2,))]


def test_a_gap_between_cosigned_heads_is_a_warning() -> None:
    assert found(ClockTrust, [witnessed(0), witnessed(25)], at=26) == [
        ("witness_gap", "warning", (1, 0)),
        ("witnessed", "info", (1,)),
    ]


def test_a_head_that_nobody_cosigned_for_too_long_is_a_warning() -> None:
    assert ("head_unwitnessed", "warning", (0,)) in found(ClockTrust, [witnessed(0)], at=25)


def test_more_entries_cosigned_than_there_were_fail() -> None:
    assert ("witnessed_too_large", "failure", (0,)) in found(ClockTrust, [witnessed(0, 5)], at=1)


def test_the_proof_may_know_of_later_witnesses_than_the_log() -> None:
    lines = [witnessed(0)]
    assert found(ClockTrust, lines, at=30, integrity=proved(log(lines), hour(29))) == [("witnessed", "info", ())]


def test_without_witnesses_the_scope_is_narrower() -> None:
    assert verdict_on(ClockTrust, []).checks[0].lack is not None
    assert verdict_on(ClockTrust, [witnessed(0)], at=1).checks[0].lack is None
