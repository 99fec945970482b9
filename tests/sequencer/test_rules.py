"""What can't be true after what stands in the log is refused at its place; its honest twin goes in."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from events.claims import referring_fields
from events.rules import CHANGING, RULES, State
from events.vocabulary import VOCABULARY
from ledger.sequencer import tip as tips
from ledger.sequencer.committer import Committed, Committer
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import Impossible
from ledger.sequencer.placement import Placed
from tests.sequencer.drafts import alone, comment
from tests.sequencer.made import Made
from tests.sequencer.told import event, laid

ANA, BEN, TOOL = "person:ana;role=community_manager", "person:ben", "service:console"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MEASURE = event("comment.removed", ANA)
PROPOSED = event("preventive_action.proposed", owner="nadia")
OPENED, CLOSED = event("incident.opened"), event("incident.closed")
MADE, CANCELLED = event("commitment.made"), event("commitment.cancelled")
DRAFTED, UPDATE_DRAFTED = event("reply.drafted", ANA, in_reply_to="c-1"), event("update.drafted", ANA)
FILLER = [comment(f"filler-{number}") for number in range(3)]

History = Sequence[Draft]
IMPOSSIBLE: dict[str, tuple[History, Draft, str]] = {
    "restored, never removed": ([], event("comment.restored"), "/data/target"),
    "restored, only hidden": ([event("comment.hidden")], event("comment.restored"), "/data/target"),
    "restored twice": ([MEASURE, event("comment.restored")], event("comment.restored"), "/data/target"),
    "restored, another removed": ([MEASURE], event("comment.restored", target="c-99"), "/data/target"),
    "restored, removed in a drill": (
        [event("comment.removed", exercise=True)],
        event("comment.restored"),
        "/data/target",
    ),
    "unhidden, never hidden": ([MEASURE], event("comment.unhidden"), "/data/target"),
    "unhidden twice": ([event("comment.hidden"), event("comment.unhidden")], event("comment.unhidden"), "/data/target"),
    "kept, never made": ([], event("commitment.kept", evidence=[SHA]), "/data/commitment_id"),
    "put off, never made": ([], event("commitment.due_changed"), "/data/commitment_id"),
    "cancelled, never made": ([], CANCELLED, "/data/commitment_id"),
    "kept after it was cancelled": ([MADE, CANCELLED], event("commitment.kept", evidence=[SHA]), "/data/commitment_id"),
    "reply approved by its author": ([DRAFTED], event("reply.approved", ANA, in_reply_to="c-1"), "/actor"),
    "reply approved by its author, not said of what": ([DRAFTED], event("reply.approved", ANA), "/actor"),
    "reply approved in its author's name": ([DRAFTED], event("reply.approved", TOOL, approver="ana"), "/data/approver"),
    "reply approved by its author as an object": (
        [DRAFTED],
        event("reply.approved", {"kind": "person", "id": "ana", "role": "other"}),
        "/actor",
    ),
    "update approved by its author": ([UPDATE_DRAFTED], event("update.approved", ANA), "/actor"),
    "appeal decided by who took the measure": ([MEASURE], event("appeal.decided", ANA, target_event=0), "/actor"),
    "appeal decided in the name of who took it": (
        [MEASURE],
        event("appeal.decided", BEN, target_event=0, by="person:ana"),
        "/data/by",
    ),
    "appeal against no measure": (FILLER, event("appeal.received", target_event=1), "/data/target_event"),
    "rule that took no measure": (FILLER, event("rule.auto_moderated", action_event=1), "/data/action_event"),
    "action verified by its owner": (
        [PROPOSED],
        event("preventive_action.verified", owner="someone", by="nadia"),
        "/data/by",
    ),
    "action verified by its new owner": (
        [PROPOSED, event("preventive_action.assigned", owner="hugo")],
        event("preventive_action.verified", by="hugo"),
        "/data/by",
    ),
    "action verified by who completed it": (
        [PROPOSED, event("preventive_action.completed", BEN, by="hugo")],
        event("preventive_action.verified", by="hugo"),
        "/data/by",
    ),
    "action verified by who acted when it was completed": (
        [PROPOSED, event("preventive_action.completed", BEN)],
        event("preventive_action.verified", by="ben"),
        "/data/by",
    ),
    "opened twice": ([OPENED], event("incident.opened"), "/subject"),
    "reopened, never over": ([OPENED], event("incident.reopened"), "/subject"),
    "reopened twice": ([OPENED, CLOSED, event("incident.reopened")], event("incident.reopened"), "/subject"),
    "reopened, another closed": ([CLOSED], event("incident.reopened", subject="lyon"), "/subject"),
    "escalation answered that was none": (
        FILLER,
        event("escalation.acknowledged", escalation=0),
        "/data/escalation",
    ),
    "note corrected that is none": (FILLER, event("note.corrected", target_event=0), "/data/target_event"),
    "answer to the press about nothing asked": (FILLER, event("statement.prepared", inquiry=0), "/data/inquiry"),
    "hold released that was none": (FILLER, event("legal_hold.released", hold=0), "/data/hold"),
    "erasure decided that nobody asked for": (FILLER, event("subject.erasure_decided", request=0), "/data/request"),
    "an event of its own index": (FILLER, event("event.disputed", target_event=3), "/data/target_event"),
    "an event to come": (FILLER, event("plan.activated", trigger=400), "/data/trigger"),
    "evidence to come": ([MADE], event("commitment.kept", evidence=[0, SHA, 9]), "/data/evidence/2"),
    "a range that isn't there": (FILLER, event("surge.detected", input={"from": 0, "to": 412}), "/data/input/to"),
}
POSSIBLE: dict[str, tuple[History, Draft]] = {
    "restored": ([MEASURE], event("comment.restored", cascade_ids=[])),
    "restored, removed again": (
        [MEASURE, event("comment.restored"), MEASURE._replace(id="again")],
        event("comment.restored"),
    ),
    "restored, removed with its parent": (
        [event("comment.removed", target="c-1", cascade_ids=["c-2"])],
        event("comment.restored", target="c-2"),
    ),
    "restored in a drill": ([event("comment.removed", exercise=True)], event("comment.restored", exercise=True)),
    "unhidden": ([event("comment.hidden", scope="thread")], event("comment.unhidden", scope="page")),
    "kept": ([MADE], event("commitment.kept", evidence=[0])),
    "kept, made anew": ([MADE, CANCELLED, event("commitment.made")], event("commitment.kept", evidence=[SHA])),
    "put off": ([MADE], event("commitment.due_changed")),
    "reply approved by another": ([DRAFTED], event("reply.approved", BEN, approver="ben")),
    "reply approved by a person whom a service names": (
        [event("reply.drafted", TOOL)],
        event("reply.approved", TOOL, approver="ben"),
    ),
    "reply approved of which only another was drafted by the approver": (
        [
            event("reply.drafted", BEN, in_reply_to="c-1"),
            DRAFTED._replace(id="d"),
            event("reply.drafted", BEN, in_reply_to="c-2"),
        ],
        event("reply.approved", BEN, in_reply_to="c-1"),
    ),
    "reply approved by nobody named": ([DRAFTED], event("reply.approved", None)),
    "reply approved, never drafted": ([], event("reply.approved", ANA)),
    "reply approved by a service of the author's name": ([DRAFTED], event("reply.approved", "service:ana")),
    "appeal decided by another": ([MEASURE], event("appeal.decided", BEN, target_event=0, by="ben")),
    "appeal against a measure of the organisation's own type": (
        [event("custom.shadowban", ANA)],
        event("appeal.received", target_event=0),
    ),
    "appeal against a rule's measure": (
        [event("comment.hidden", "rule:slurs"), event("rule.auto_moderated", "rule:slurs", action_event=0)],
        event("appeal.decided", target_event=1),
    ),
    "action verified by another": ([PROPOSED], event("preventive_action.verified", by="hugo")),
    "action verified by its former owner": (
        [PROPOSED, event("preventive_action.assigned", owner="hugo")],
        event("preventive_action.verified", owner="hugo", by="nadia"),
    ),
    "opened in a drill and in earnest": ([event("incident.opened", exercise=True)], OPENED),
    "opened after others spoke of it": ([event("note.added"), CLOSED], OPENED),
    "reopened": ([OPENED, event("incident.merged")], event("incident.reopened")),
    "escalation answered": ([event("escalation.raised")], event("escalation.acknowledged", escalation=0)),
    "note corrected again": (
        [event("note.added"), event("note.corrected", target_event=0)],
        event("note.corrected", target_event=1),
    ),
    "answer that nobody asked for": ([], event("statement.prepared")),
    "comment hidden before it was received": ([], event("comment.hidden")),
    "author unblocked, never blocked": ([], event("author.unblocked")),
    "update corrected before it was published": ([], event("update.corrected")),
    "step of no plan": ([], event("step.completed")),
    "monitor that never failed": ([], event("monitor.recovered")),
}


def refused(answer: object) -> list[str]:
    assert isinstance(answer, Impossible), answer
    return [fault.pointer for fault in answer.faults]


async def answer(committer: Committer, *drafts: Draft) -> object:
    done = await committer.commit([Unit(drafts)])
    return (done.placement if isinstance(done, Committed) else done).answers[0]


@pytest.mark.parametrize(("history", "told", "where"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_is_refused_in_one_commit(history: History, told: Draft, where: str) -> None:
    placement = laid(alone(*history, told, comment("next")))
    *before, impossible, after = placement.answers
    assert refused(impossible) == [where]
    assert all(isinstance(each, list) for each in before)
    assert after == [Placed(len(history), new=True)], "its neighbours go on"


@pytest.mark.parametrize(("history", "told", "where"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
async def test_impossible_is_refused_by_another_process(made: Made, history: History, told: Draft, where: str) -> None:
    async with made.committing() as one, made.committing() as other:
        await other.load()
        for draft in history:
            assert isinstance(await answer(one, draft), list)
        assert refused(await answer(other, told)) == [where]
    assert len(await made.entries()) == len(history)


@pytest.mark.parametrize(("history", "told"), POSSIBLE.values(), ids=POSSIBLE)
def test_honest_twin_goes_in_in_one_commit(history: History, told: Draft) -> None:
    assert all(isinstance(each, list) for each in laid(alone(*history, told)).answers)
    assert laid([Unit([*history, told])]).answers == [[Placed(index, new=True) for index in range(len(history) + 1)]]


@pytest.mark.parametrize(("history", "told"), POSSIBLE.values(), ids=POSSIBLE)
async def test_honest_twin_goes_in_at_another_process(made: Made, history: History, told: Draft) -> None:
    async with made.committing() as one, made.committing() as other:
        await other.load()
        for draft in history:
            await answer(one, draft)
        assert await answer(other, told) == [Placed(len(history), new=True)]


def test_unit_with_one_impossible_event_leaves_nothing_behind() -> None:
    both = Unit([event("comment.removed"), event("comment.restored"), event("comment.restored")])
    placement = laid([both, Unit([event("comment.restored")])])
    assert [type(each) for each in placement.answers] == [Impossible, Impossible]
    assert isinstance(placement.answers[0], Impossible)
    assert placement.answers[0].position == 2
    assert (placement.events, placement.facts) == ([], {})


async def test_repetition_is_answered_though_the_rule_would_refuse_it_now(made: Made) -> None:
    removed, restored = event("comment.removed"), event("comment.restored")
    async with made.committing() as committer:
        assert await answer(committer, removed) == [Placed(0, new=True)]
        assert await answer(committer, restored) == [Placed(1, new=True)]
        assert await answer(committer, restored) == [Placed(1, new=False)]
        assert await answer(committer, removed, restored) == [Placed(0, new=False), Placed(1, new=False)]
    async with made.committing() as later:
        assert await answer(later, restored) == [Placed(1, new=False)]


async def test_repeated_removal_is_no_ground_for_a_second_restoration(made: Made) -> None:
    removed, again = event("comment.removed"), event("comment.restored")
    async with made.committing() as committer:
        await answer(committer, removed, event("comment.restored"))
        done = await committer.commit(alone(removed, again))
        assert not isinstance(done, Committed)
        assert done.answers[0] == [Placed(0, new=False)]
        assert refused(done.answers[1]) == ["/data/target"]


async def without_rules(made: Made, *drafts: Draft) -> None:
    """Append as a version without rules does: neither facts nor the mark of what rules know move."""
    async with made.committing() as committer:
        for draft in drafts:
            assert isinstance(await answer(committer, draft), list)
    await made.execute("DELETE FROM ledger.facts", "UPDATE ledger.heads SET ruled = 0")


async def test_what_was_appended_before_there_were_rules_counts(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tips, "_LEARNT_AT_ONCE", 2)
    await without_rules(made, *FILLER, MEASURE, MADE, CANCELLED)
    async with made.committing() as committer:
        assert await answer(committer, event("comment.restored")) == [Placed(6, new=True)]
        assert refused(await answer(committer, event("comment.restored"))) == ["/data/target"]
        assert refused(await answer(committer, event("commitment.kept", evidence=[SHA]))) == ["/data/commitment_id"]


async def test_older_version_beside_this_one_leaves_no_hole_in_what_rules_know(made: Made) -> None:
    async with made.committing() as committer:
        await answer(committer, comment("first"))
        await without_rules(made, MEASURE)
        assert await answer(committer, event("comment.restored")) == [Placed(2, new=True)]
        await made.execute("DELETE FROM ledger.facts", "UPDATE ledger.heads SET ruled = 1")
        assert refused(await answer(committer, event("comment.restored"))) == ["/data/target"]


async def test_processes_that_learn_what_was_before_the_rules_at_once_learn_the_same(made: Made) -> None:
    await without_rules(made, MEASURE, event("comment.restored"), event("comment.hidden"))
    async with made.committing() as one, made.committing() as other:
        await one.load()
        await other.load()
        assert refused(await answer(one, event("comment.restored"))) == ["/data/target"]
        assert await answer(other, event("comment.unhidden")) == [Placed(3, new=True)]


async def test_what_rules_keep_names_no_person_and_no_object(made: Made) -> None:
    async with made.committing() as committer:
        await answer(committer, DRAFTED, MEASURE, MADE, PROPOSED)
    async with made.superuser() as connection:
        rows = await connection.fetch("SELECT f::text AS row FROM ledger.facts f")
    kept = json.dumps([row["row"] for row in rows])
    assert len(rows) == 5
    assert not any(word in kept for word in ("ana", "nadia", "malik", "c-17", "refund-form", SHA))


async def test_erased_actor_is_held_against_nobody(made: Made) -> None:
    async with made.committing() as committer:
        await answer(committer, DRAFTED)
        await made.execute(
            "UPDATE ledger.contents "
            "SET openings = convert_to((convert_from(openings, 'UTF8')::jsonb - 'actor')::text, 'UTF8')"
        )
        assert await answer(committer, event("reply.approved", ANA)) == [Placed(1, new=True)]


def test_event_that_needs_and_changes_nothing_makes_no_claim() -> None:
    for type_ in ("comment.received", "reply.posted", "comment.classified", "update.published", "signal.observed"):
        assert event(type_).claims is None, type_


def test_rules_speak_of_fields_and_types_that_exist() -> None:
    for name, rule in RULES.items():
        payload = VOCABULARY[name]
        assert not payload.recorded_by_service
        states: list[Any] = [rule.begins, rule.ends, rule.needs, rule.once, *(other.than for other in rule.others)]
        for state in states:
            if isinstance(state, State):
                named = {state.field, state.finer, state.more} - {"", "subject"}
                assert named & {state.field} <= payload.visibility.keys() | {"subject"}, name
                assert payload.needs_incident or state.field != "subject", name
        assert set(rule.refers) <= set(referring_fields(payload)), name
        assert {type_ for types in rule.refers.values() for type_ in types} <= VOCABULARY.keys(), name
        for other in rule.others:
            assert {*other.names} - {"actor"} <= payload.visibility.keys(), name
    assert {rule.needs for rule in RULES.values()} - {None} <= {rule.begins for rule in RULES.values()}
    assert VOCABULARY.keys() >= CHANGING
