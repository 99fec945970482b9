"""C10: whatever the proof of the log lacks fails it, and without a proof nothing is certified."""

from projections.checks.c10_integrity import LogIntegrity
from projections.checks.ground import Fault, Integrity
from tests.projections.checks.logs import Line, found, log, proved, verdict_on
from tests.projections.written import hour

LINES = [Line("note.added", 0, {"text": "x"})]
WHOLE = proved(log(LINES), hour(1))


def run(result: str, at: float = 2) -> Line:
    return Line("verification.run", at, {"tree_size": 1, "root": "r", "result": result}, incident=None)


def test_a_log_that_proves_itself_is_certified() -> None:
    verdict = verdict_on(LogIntegrity, LINES, integrity=WHOLE)
    assert (verdict.verdict, verdict.findings) == ("certified", ())


def test_every_fault_of_the_proof_fails_at_its_place() -> None:
    faulty = WHOLE._replace(faults=(Fault(0, "the entry is not the one in the tree"), Fault(None, "the root differs")))
    verdict = verdict_on(LogIntegrity, LINES, integrity=faulty)
    assert [finding.indexes for finding in verdict.findings] == [(), (0,)]
    assert verdict.verdict == "failed"
    assert "the root differs" in verdict.findings[0].explanation["fr"]


def test_without_a_proof_nothing_is_certified() -> None:
    verdict = verdict_on(LogIntegrity, LINES)
    assert verdict.verdict == "qualified"
    assert verdict.checks[0].lack is not None


def test_entries_beyond_the_signed_checkpoint_fail() -> None:
    cut = Integrity(1, (), 0, "root", "key")
    assert found(LogIntegrity, LINES, integrity=cut) == [("beyond_checkpoint", "failure", ())]


def test_a_verification_that_failed_fails_and_the_last_one_is_told_with_its_age() -> None:
    lines = [*LINES, run("invalid"), run("valid", 3)]
    whole = proved(log(lines), hour(3))
    verdict = verdict_on(LogIntegrity, lines, at=5, integrity=whole)
    assert [(each.rule, each.indexes) for each in verdict.findings] == [
        ("verification_invalid", (1,)),
        ("verified", (2,)),
    ]
    assert "2 h before" in verdict.findings[1].explanation["en"]
