"""The framework of checks: severities make the verdict, periods and drills are kept apart, the same is always said."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.visibility import Visibility
from projections.checks import CHECKS
from projections.checks.c06_backdating import Backdating
from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.checks.verdict import Verdict, context_types, judge
from projections.checks.windows import Windows
from projections.context import CONTEXT_TYPES
from projections.event import Event
from projections.shown import LISTED, disclosed
from tests.projections.checks.logs import Line, case, log
from tests.projections.crisis import END
from tests.projections.histories import Step, events_of, histories, lay
from tests.projections.written import hour

LACKING = Words("Nobody looked.", "Personne n’a regardé.")


class Scripted(Check):
    """A check that finds what notes say: their text is the severity; a decision settles what was found before."""

    code = "C99"
    title = needs = Words("A script", "Un script")
    rules = tuple(Rule(each.value, each, Words("At lag {lag}.", "Au retard {lag}.")) for each in Severity)
    types = frozenset({"note.added", "decision.recorded", "policy.published"})
    context = frozenset({"policy.published"})
    lacks: ClassVar[Words | None] = None
    partly: ClassVar[bool] = False

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self._notes: list[tuple[Event, int]] = []
        self._settled: int | None = None

    def take(self, event: Event) -> None:
        if event.type == "decision.recorded":
            self._settled = event.index
        else:
            self._notes.append((event, self.ground.settings.allowed_lag_seconds["comment"]))

    def findings(self) -> Iterator[Finding]:
        for event, lag in self._notes:
            rule = next(rule for rule in self.rules if rule.name == (event.text("text") or "info"))
            yield self.found(rule, [event.index], settled=self._settled, lag=lag)

    def lack(self) -> Words | None:
        return self.lacks

    def judged(self) -> bool:
        return self.partly or super().judged()


class Lacking(Scripted):
    lacks = LACKING


class Essential(Lacking):
    essential = True


class Partly(Lacking):
    partly = True


class OfDrills(Scripted):
    of_drills = True


def note(text: str, at: float = 0, incident: str | None = "crisis", **told: object) -> Line:
    return Line("note.added", at, {"text": text, **told}, incident)


def judged(lines: list[Line], check: type[Check] = Scripted, **period: float) -> Verdict:
    events = log(lines)
    bounds: dict[str, Any] = {name: hour(hours) for name, hours in period.items()}
    return judge(events, Ground("crisis", len(events), hour(100), **bounds), [check])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], "certified"),
        (["info"], "certified"),
        (["info", "warning"], "qualified"),
        (["warning", "failure", "info"], "failed"),
    ],
)
def test_the_gravest_finding_makes_the_verdict(texts: list[str], expected: str) -> None:
    verdict = judged([note(text) for text in texts])
    assert verdict.verdict == expected
    assert [each.severity for each in verdict.findings] == sorted(texts, key=["failure", "warning", "info"].index)
    counts = (verdict.failures.value, verdict.warnings.value, verdict.infos.value)
    assert counts == tuple(texts.count(name) for name in ("failure", "warning", "info"))


def test_what_was_settled_is_told_as_information() -> None:
    verdict = judged([note("failure"), Line("decision.recorded", 1, {})])
    assert verdict.verdict == "certified"
    assert [(each.rule, each.severity, each.settled) for each in verdict.findings] == [("failure", "info", 1)]


def test_a_lack_narrows_the_scope_and_an_essential_one_the_verdict() -> None:
    for check, expected in ((Lacking, "certified"), (Essential, "qualified")):
        verdict = judged([], check)
        assert verdict.verdict == expected
        assert LACKING.by_language in verdict.scope.not_covered
        assert not verdict.checks[0].judged
    assert judged([], Partly).checks[0].judged
    assert judged([note("info")], Lacking).checks[0].judged


def test_only_evidence_within_the_period_counts() -> None:
    lines = [note("failure", 1), note("warning", 2), note("info", 3)]
    assert judged(lines).verdict == "failed"
    assert judged(lines, since=2).verdict == "qualified"
    assert judged(lines, since=3).verdict == "certified"
    assert judged(lines, until=1).findings == ()
    assert [each.indexes for each in judged(lines, since=2, until=3).findings] == [(1,)]
    assert judged(lines, since=4).findings == ()


def test_drills_are_judged_apart_and_count_for_nothing() -> None:
    lines = [note("failure", exercise=True), note("info", 1)]
    verdict = judged(lines)
    assert verdict.verdict == "certified"
    assert [each.indexes for each in verdict.findings] == [(1,)]
    assert [each.indexes for each in verdict.drills] == [(0,)]


def test_what_context_shows_is_not_found_again_by_drills() -> None:
    policy = Line("policy.published", 0, {"policy": "rules", "version": "1"}, incident=None)
    verdict = judged([policy, note("info", 1, exercise=True)])
    assert [each.indexes for each in verdict.findings] == [(0,)]
    assert [each.indexes for each in verdict.drills] == [(1,)]


def test_a_check_of_drills_takes_them_beside_what_is_real() -> None:
    verdict = judged([note("failure", exercise=True), note("info", 1)], OfDrills)
    assert [each.indexes for each in verdict.findings] == [(0,), (1,)]
    assert verdict.drills == ()


def test_each_event_is_judged_under_the_settings_in_force_then() -> None:
    settings = {"allowed_lag_seconds": {"comment": 7}}
    lines = [note("info"), Line("checks.configured", 1, {"version": "2", "settings": settings}, None), note("info", 2)]
    verdict = judged(lines)
    assert [each.explanation["en"] for each in verdict.findings] == ["At lag 600.", "At lag 7."]
    assert verdict.policy == "2"
    drilled = lines[1]._replace(said={**lines[1].said, "exercise": True})
    assert judged([lines[0], drilled, lines[2]]).policy == "default"


def test_an_event_counts_once_however_often_it_is_linked() -> None:
    policy = Line("policy.published", 0, {"policy": "rules", "version": "1"}, incident=None)
    links = [Line("event.linked", 1, {"target_event": target}) for target in (0, 1, 1)]
    events = log([policy, note("warning", 0.5, None), *links])
    verdict = judge(case(events, "crisis"), Ground("crisis", 5, hour(9)), [Scripted])
    assert [each.indexes for each in verdict.findings] == [(1,), (0,)]
    whole = judge(case(events, None), Ground(None, 5, hour(9)), [Scripted])
    assert [each.indexes for each in whole.findings] == [(1,), (0,)]


def test_context_is_not_judged_itself() -> None:
    ground = Ground("crisis", 3, hour(9), since=hour(1), until=hour(2))
    own, early, late, other = log([note("x", 1), note("x", 0.5), note("x", 2), note("x", 1, "other")])
    assert [ground.judges(event) for event in (own, early, late, other)] == [True, False, False, False]
    assert Ground(None, 3, hour(9)).judges(other)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_check_is_whole(check: type[Check]) -> None:
    """Its context is kept for every incident, its rules are named once and say as much in both languages."""
    assert check.context <= CONTEXT_TYPES
    assert check.types is None or check.context <= check.types
    names = [rule.name for rule in check.rules]
    assert len(set(names)) == len(names)
    for rule in check.rules:
        assert len(_names(rule.words.en)) == len(_names(rule.words.fr))  # a word may have another name in each
    assert all([*check.title, *check.needs])


def test_of_very_many_events_a_finding_lists_the_first_and_the_last() -> None:
    late = [note("x", hour / 1000)._replace(accepted=50) for hour in range(LISTED + 9)]
    [finding] = judged(late, Backdating).findings
    assert len(finding.indexes) == LISTED
    assert f"{LISTED + 9} of the events" in finding.explanation["en"]
    assert finding.indexes[-1] == LISTED + 8


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8), st.integers(0, 50))
def test_windows_hold_what_any_of_them_holds(drawn: list[tuple[int, int]], moment: int) -> None:
    windows = Windows()
    for begun, ended in drawn:
        windows.add(hour(begun), hour(ended))
    assert windows.hold(hour(moment)) == any(begun <= moment <= ended for begun, ended in drawn)


def _names(sentence: str) -> list[str]:
    return [part.split("}")[0] for part in sentence.split("{")[1:]]


def test_checks_stand_by_their_numbers() -> None:
    numbers = [int(check.code[1:]) for check in CHECKS]
    assert numbers == sorted(set(numbers))
    assert context_types(CHECKS) <= CONTEXT_TYPES


def on_history(events: list[Event], incident: str | None) -> Verdict:
    return judge(case(events, incident), Ground(incident, len(events), END), CHECKS)


@given(histories, st.sampled_from(["paris", None]), st.booleans())
def test_any_history_gets_the_same_verdict_each_time_with_evidence_that_exists(
    history: list[Step],
    incident: str | None,
    drill: bool,  # noqa: FBT001 - drawn
) -> None:
    events = [_played(event) for event in events_of(lay(history))] if drill else events_of(lay(history))
    verdict = on_history(events, incident)
    assert disclosed(on_history(events, incident), Visibility.PERSONAL) == disclosed(verdict, Visibility.PERSONAL)
    seen = {event.index for event in case(events, incident)}
    rules = {(check.code, rule.name) for check in CHECKS for rule in check.rules}
    for finding in (*verdict.findings, *verdict.drills):
        assert seen.issuperset(finding.indexes)
        assert len(set(finding.indexes)) == len(finding.indexes)
        assert (finding.code, finding.rule) in rules
        assert finding.settled is None or finding.settled in seen


@given(histories)
def test_a_log_that_the_append_let_through_breaks_none_of_its_rules(history: list[Step]) -> None:
    events = events_of(lay(history))
    broken = {"unfounded", "same_person", "reference_to_other_type", "reference_to_later_event"}
    broken |= {"gap_unrecorded", "number_repeated"}
    assert not broken & {finding.rule for finding in on_history(events, None).findings}


def _played(event: Event) -> Event:
    openings = {**event.openings, "exercise": {"value": True}}
    return Event(event.index, event.type, event.source, event.accepted_at, event.incident, event.seq, openings)
