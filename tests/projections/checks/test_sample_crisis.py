"""The sample crisis, judged: it tells openly what went wrong, and every finding is one of these."""

from dataclasses import replace

from ledger.demo import INCIDENT
from projections.checks import CHECKS
from projections.checks.ground import Ground
from projections.checks.verdict import Verdict, judge
from projections.event import Event
from tests.projections.checks.logs import case, proved, summary
from tests.projections.crisis import END, crisis

OWN = {"C4", "C5", "C6", "C7", "C10", "C11", "C12", "C16", "C17", "C18", "C20"}
TOLD = {
    # A comment came 2 h 27 min late, and nobody said why.
    ("late_undeclared", "warning", (400,)),
    # The fifth update came 27 minutes after its time, and said so; fines were paid back two days late.
    ("update_late", "warning", (395, 327)),
    ("kept_late", "warning", (536, 457)),
    # A monitor was blind for a minute and a half; what it missed was fetched.
    ("blind_window", "info", (349, 350)),
    ("late_declared", "info", (346, 347, 348)),
    # The moderator removed a film alone; an appeal had another person look at it, who put it back.
    ("removed_then_reviewed", "info", (285, 478)),
    # The page leaves out one event.
    ("partial", "info", (461,)),
    ("witnessed", "info", ()),
}


def judged(events: list[Event], incident: str | None) -> Verdict:
    some = case(events, incident)
    return judge(some, Ground(incident, len(events), END, integrity=proved(events, END)), CHECKS)


def own(verdict: Verdict) -> set[tuple[str, str, tuple[int, ...]]]:
    return {summary(finding) for finding in verdict.findings if finding.code in OWN}


def test_the_incident_shows_what_it_tells_of_itself_and_nothing_else() -> None:
    assert own(judged(list(crisis()), INCIDENT)) == TOLD


def test_of_the_ledger_the_numbers_betray_the_gap_that_the_service_would_have_recorded() -> None:
    gap = {("gap_unrecorded", "failure", (120,))} | {("number_repeated", "failure", (at,)) for at in (346, 347, 348)}
    assert own(judged(list(crisis()), None)) == TOLD | gap


def test_taking_out_the_apology_or_dating_it_back_does_not_help() -> None:
    events = list(crisis())
    published = events[395]
    back = events[327].moment.replace(minute=30).isoformat()
    openings = {**published.openings, "time": {"value": back}}
    events[395] = replace(published, openings=openings)
    rules = {finding.rule for finding in judged(events, INCIDENT).findings}
    assert "update_late" not in rules
    assert "late_undeclared" in rules
    events[395] = replace(published, type="note.added")
    assert ("update_late", "warning", (410, 327)) in own(judged(events, INCIDENT))
