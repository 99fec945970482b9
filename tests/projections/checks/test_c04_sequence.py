"""C4: gaps in what sources number are told until filled, and none can be made without a record."""

from projections.checks.c04_sequence import GaplessSequence
from tests.projections.checks.logs import CONNECTOR, LEDGER, Line, found, verdict_on


def comment(number: int | None, at: float) -> Line:
    return Line("comment.received", at, {"external_id": f"c-{number}"}, source=CONNECTOR, number=number)


def gap(expected: int, got: int, at: float) -> Line:
    said = {"source": CONNECTOR, "expected": expected, "got": got}
    return Line("ingest.gap_detected", at, said, incident=None, source=LEDGER)


def fill(number: int, at: float) -> Line:
    said = {"source": CONNECTOR, "sequence": number}
    return Line("ingest.gap_filled", at, said, incident=None, source=LEDGER)


def test_a_source_that_numbers_without_a_gap_is_clean() -> None:
    lines = [comment(1, 0), comment(2, 1), comment(3, 2)]
    assert found(GaplessSequence, lines) == found(GaplessSequence, lines, incident=None) == []
    assert verdict_on(GaplessSequence, lines).checks[0].lack is None


def test_a_gap_is_a_warning_until_the_last_missing_event_arrives() -> None:
    lines = [comment(1, 0), gap(2, 4, 1), comment(4, 1), fill(2, 2), comment(2, 2)]
    assert found(GaplessSequence, lines) == [("gap_open", "warning", (1, 3))]
    filled = [*lines, fill(3, 3), comment(3, 3)]
    [finding] = verdict_on(GaplessSequence, filled).findings
    assert (finding.rule, finding.severity, finding.indexes, finding.settled) == ("gap_filled", "info", (1, 3, 5), 5)


def test_a_gap_of_a_source_that_posted_nothing_of_what_is_judged_is_left_to_others() -> None:
    lines = [gap(2, 4, 1), Line("comment.received", 2, {}, source="urn:connector:y", number=1)]
    assert found(GaplessSequence, lines) == []


def test_a_jump_without_a_record_fails_the_ledger() -> None:
    lines = [comment(1, 0), comment(4, 1)]
    assert found(GaplessSequence, lines, incident=None) == [("gap_unrecorded", "failure", (1,))]
    assert found(GaplessSequence, lines) == []  # of one incident nobody sees all that a source sent


def test_a_number_used_twice_fails_the_ledger() -> None:
    lines = [comment(1, 0), comment(2, 1), comment(2, 2)]
    assert found(GaplessSequence, lines, incident=None) == [("number_repeated", "failure", (2,))]


def test_a_number_that_fills_a_gap_twice_fails_the_ledger() -> None:
    lines = [gap(1, 3, 0), comment(3, 0), fill(1, 1), comment(1, 1), fill(2, 1), comment(2, 1), comment(2, 2)]
    assert ("number_repeated", "failure", (6,)) in found(GaplessSequence, lines, incident=None)
    assert found(GaplessSequence, lines[:-1], incident=None) == [("gap_filled", "info", (0, 2, 4))]


def test_sources_without_numbers_narrow_the_scope() -> None:
    lines = [comment(1, 0), Line("note.added", 1, {"text": "x"})]
    result = verdict_on(GaplessSequence, lines).checks[0]
    assert result.lack is not None
    assert "1 of 2 sources" in result.lack["en"]
    assert result.judged
    alone = verdict_on(GaplessSequence, lines[1:]).checks[0]
    assert alone.lack is not None
    assert not alone.judged


def test_what_a_drill_sent_uses_its_numbers_too() -> None:
    drilled = Line("comment.received", 1, {"external_id": "d", "exercise": True}, source=CONNECTOR, number=2)
    assert found(GaplessSequence, [comment(1, 0), drilled, comment(3, 2)], incident=None) == []
