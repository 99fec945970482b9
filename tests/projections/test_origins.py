"""What speaks of an object that the log doesn't know is unproven, in whatever order the two come."""

import pytest
from hypothesis import given

from ledger.sequencer.draft import Draft
from projections.event import Event
from projections.folding import rows_of
from projections.origins import Origins, references
from tests.projections.histories import Step, events_of, histories, lay
from tests.sequencer.drafts import alone
from tests.sequencer.told import event, laid

PLAN = event("plan.published", steps=[{"plan_step": "first-statement", "what": "Say what is known."}])
CASES: dict[str, tuple[Draft, str, Draft]] = {
    "reply": (event("reply.posted", in_reply_to="c-17"), "in_reply_to", event("comment.received")),
    "draft": (event("reply.drafted", in_reply_to="c-17"), "in_reply_to", event("comment.received")),
    "hiding": (event("comment.hidden"), "target", event("comment.received")),
    "edit": (event("comment.edited_by_author"), "external_id", event("comment.received")),
    "correction": (event("update.corrected"), "update_id", event("update.published")),
    "recovery": (event("monitor.recovered"), "monitor", event("monitor.failed")),
    "step": (event("step.completed"), "plan_step", PLAN),
    "verified action": (event("preventive_action.verified"), "action_id", event("preventive_action.proposed")),
}


def unproven(events: list[Event]) -> list[list[str]]:
    known = {key.key for key in rows_of(Origins(), events)}
    return [[field for field, name in references(each) if name not in known] for each in events]


@pytest.mark.parametrize(("said", "field", "parent"), CASES.values(), ids=CASES)
def test_what_lacks_its_parent_is_marked_until_it_comes(said: Draft, field: str, parent: Draft) -> None:
    assert unproven(events_of(laid(alone(said)))) == [[field]]
    assert unproven(events_of(laid(alone(said, parent)))) == [[], []]
    assert unproven(events_of(laid(alone(parent, said)))) == [[], []]


def test_declared_unknown_is_not_unproven() -> None:
    told = (event("reply.posted", in_reply_to=None), event("comment.received"), event("author.warned"))
    assert unproven(events_of(laid(alone(*told)))) == [[], [], []]


@given(histories)
def test_order_of_the_log_decides_nothing_but_which_origin_is_the_first(history: list[Step]) -> None:
    events = events_of(lay(history))
    assert rows_of(Origins(), events).keys() == rows_of(Origins(), events[::-1]).keys()
    for key, row in rows_of(Origins(), events).items():
        bringing = [each for each in events if each.type in Origins.types and key in set(Origins().keys(each))]
        assert row.index == min(each.index for each in bringing)
