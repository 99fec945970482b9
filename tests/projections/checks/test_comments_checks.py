"""The checks of comments, measures and what platforms show, over the sample crisis and over logs nobody would wish."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.visibility import Visibility
from ledger.demo import INCIDENT
from projections.checks.c01_outcomes import Outcomes
from projections.checks.c02_moderation_justified import Justified
from projections.checks.c03_reconciliation import Reconciled
from projections.checks.c08_corrections import Corrections
from projections.checks.c09_public_page import PublicPage
from projections.checks.c13_erasure import Erasure
from projections.checks.c14_removal_bias import RemovalBias
from projections.checks.c15_block_bias import BlockBias
from projections.checks.c19_automation import Automation
from projections.checks.c21_out_of_band import OutOfBand
from projections.checks.check import Check
from projections.checks.ground import Ground
from projections.checks.verdict import Verdict, judge
from projections.context import CONTEXT_TYPES
from projections.event import Event
from projections.linking import with_linked
from projections.shown import disclosed
from tests.projections.crisis import END, crisis
from tests.projections.histories import Step, events_of, histories, lay, of_types

CHECKS: Sequence[type[Check]] = (
    Outcomes,
    Justified,
    Reconciled,
    Corrections,
    PublicPage,
    Erasure,
    RemovalBias,
    BlockBias,
    Automation,
    OutOfBand,
)

OF_ONE_CHECK = [tuple(sorted(check.types or Erasure.context)) for check in CHECKS]


def judged(events: Sequence[Event], incident: str | None) -> Verdict:
    own = [e for e in events if incident is None or e.incident == incident or e.type in CONTEXT_TYPES]
    told = with_linked(own, {event.index: event for event in events}.get)
    return judge(told, Ground(incident, len(events), END), CHECKS)


@pytest.mark.parametrize("incident", [INCIDENT, None])
def test_the_sample_crisis_hid_nothing_as_far_as_anyone_looked(incident: str | None) -> None:
    verdict = judged(crisis(), incident)
    assert [(one.code, one.rule, one.indexes) for one in verdict.findings] == [
        ("C13", "erased_share", ()),
        ("C19", "reviewed", (317,)),
    ]
    assert verdict.verdict == "qualified", (
        "the story alone holds no snapshot: its accounts are exported as it is told to a ledger"
    )
    assert [check.code for check in verdict.checks if check.lack is not None] == ["C2", "C3", "C9", "C14"]


@pytest.mark.parametrize("incident", ["paris", None])
@given(histories | st.sampled_from(OF_ONE_CHECK).flatmap(of_types))
def test_any_history_is_judged_the_same_twice_with_evidence_that_exists(
    incident: str | None, history: list[Step]
) -> None:
    events = events_of(lay(history))
    verdict = judged(events, incident)
    again = judged(events, incident)
    assert disclosed(again, Visibility.PERSONAL) == disclosed(verdict, Visibility.PERSONAL)
    for finding in verdict.findings:
        assert all(0 <= index < len(events) for index in finding.indexes)
        assert finding.settled is None or finding.settled < len(events)
        assert set(finding.explanation) == {"en", "fr"}
        assert "{" not in "".join(finding.explanation.values())
