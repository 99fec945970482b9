"""C5: who silences a source leaves a window, and a snapshot shows that people spoke in it."""

from projections.checks.c05_silence import Silence
from tests.projections.checks.logs import CONNECTOR, LEDGER, SHA, Line, found, said, verdict_on

ACCOUNT = {"platform": "x", "account": "LigneClaire"}


def comment(name: str, at: float, accepted: float | None = None) -> Line:
    return Line("comment.received", at, {**ACCOUNT, "external_id": name}, source=CONNECTOR, accepted=accepted)


def unreported(name: str, created: float, at: float) -> Line:
    told = {**ACCOUNT, "external_id": name, "created_at": said(created), "seen_at": said(at), "snapshot": 0}
    return Line("comment.observed_unreported", at, told, source=LEDGER)


def silent(since: float, at: float) -> Line:
    return Line("source.silent", at, {"source": CONNECTOR, "since": said(since)}, incident=None, source=LEDGER)


def snapshot(first: float, last: float, comments: int, at: float) -> Line:
    told = {**ACCOUNT, "window": {"from": said(first), "to": said(last)}, "file_sha256": SHA}
    return Line("snapshot.imported", at, {**told, "completeness": "counts_only", "counts": {"comments": comments}})


SILENCED = [
    comment("c-1", 0),
    silent(0, 2),
    comment("c-2", 5),
    *(unreported(f"c-{number}", 1 + number / 10, 6) for number in (11, 12, 13)),
]


def test_people_who_spoke_while_the_source_was_silenced_fail_it() -> None:
    assert ("activity_in_silence", "failure", (3, 4, 5, 1)) in found(Silence, SILENCED)


def test_reporting_them_later_settles_it() -> None:
    reported = [*SILENCED, *(comment(f"c-{number}", 1 + number / 10, 7) for number in (11, 12, 13))]
    [finding] = [each for each in verdict_on(Silence, reported).findings if each.rule == "activity_in_silence"]
    assert (finding.severity, finding.settled) == ("info", 8)


def test_single_losses_are_no_silence() -> None:
    lines = [comment("c-1", 0), unreported("c-9", 0.5, 6), comment("c-2", 1), unreported("c-8", 1.5, 6)]
    assert found(Silence, lines) == []


def test_what_was_said_before_anybody_began_to_report_is_no_silence() -> None:
    before = [unreported(f"c-{number}", number / 10, 6) for number in (1, 2, 3)]
    assert found(Silence, before) == found(Silence, [comment("c-9", 2), *before]) == []
    after = [comment("c-0", 0), *before]
    assert found(Silence, after) == [("activity_in_silence", "failure", (1, 2, 3))]


def test_a_count_in_a_window_in_which_the_ledger_has_nothing_fails_the_ledger() -> None:
    lines = [comment("c-1", 0), comment("c-2", 5), snapshot(1, 4, 40, 6)]
    assert found(Silence, lines, incident=None) == [("activity_in_silence", "failure", (2,))]
    honest = [comment("c-1", 0), comment("c-2", 3), snapshot(1, 4, 40, 6)]
    assert found(Silence, honest, incident=None) == []
    quiet = [comment("c-1", 0), comment("c-2", 5), snapshot(1, 4, 0, 6)]
    assert found(Silence, quiet, incident=None) == []


def test_a_silence_that_ended_is_told_and_one_that_lasts_is_a_warning() -> None:
    assert found(Silence, [comment("c-1", 0), silent(0, 2), comment("c-2", 5)]) == [("silence", "info", (1, 2))]
    lasting = [comment("c-1", 0), silent(0, 2)]
    assert found(Silence, lasting, incident=None) == [("still_silent", "warning", (1,))]
    assert found(Silence, lasting) == [("silence_not_ended_here", "info", (1,))]


def monitor(kind: str, at: float, **times: float) -> Line:
    return Line(f"monitor.{kind}", at, {"monitor": "m", **{name: said(time) for name, time in times.items()}}, None)


def test_a_blind_window_is_listed_and_one_without_an_end_is_a_warning() -> None:
    failed, recovered = monitor("failed", 2, **{"from": 1}), monitor("recovered", 3, **{"from": 1, "to": 3})
    during = [comment("c-1", 0), comment("c-2", 4)]
    assert found(Silence, [during[0], failed, recovered, during[1]]) == [("blind_window", "info", (1, 2))]
    assert found(Silence, [during[0], failed, during[1]]) == [("still_blind", "warning", (1,))]


def test_a_blind_window_outside_the_incident_is_no_matter_of_it() -> None:
    failed, recovered = monitor("failed", 12, **{"from": 11}), monitor("recovered", 13, **{"from": 11, "to": 13})
    assert found(Silence, [comment("c-1", 0), comment("c-2", 4), failed, recovered]) == []


def test_silences_without_a_snapshot_narrow_the_scope() -> None:
    assert verdict_on(Silence, SILENCED[:3]).checks[0].lack is not None
    assert verdict_on(Silence, [*SILENCED[:3], snapshot(0, 5, 2, 6)]).checks[0].lack is None
    assert verdict_on(Silence, SILENCED[:1]).checks[0].lack is None
