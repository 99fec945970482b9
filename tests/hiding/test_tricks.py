"""What one would do who hides something, each trick by itself, and its honest twin, which nothing is found of.

A trick is a function that tells the story with it (`hide`) or without, and returns the events that must be named.
"""

from collections.abc import Awaitable, Sequence
from typing import Protocol

import pytest

from events.strict import JsonObject
from events.subject import author_hash
from tests.hiding.story import ACCOUNT, Story, shown, shown_update
from tests.http.client import comment
from tests.http.tampering import tampered


class Trick(Protocol):
    """A story, told with the trick or without."""

    __name__: str

    def __call__(self, story: Story, *, hide: bool) -> Awaitable[Sequence[int]]:
        """Tell it, and return the events that must be named."""


MODERATOR = "person:malik;role=community_manager"
LEAD = "person:jeanne;role=incident_lead"
MEASURE = {
    **ACCOUNT,
    "reason_text": "It insults a conductor.",
    "policy_ref": "community-rules@4#3",
    "scope": "everyone",
}


async def a_comment_is_dropped_before_posting(story: Story, *, hide: bool) -> Sequence[int]:
    await story.comment("c-1")
    if not hide:
        await story.comment("c-2", "Rendez l'argent")
    await story.compare_twice(shown("c-1"), shown("c-2", "Rendez l'argent"))
    return await story.indexes_of("comment.observed_unreported")


async def a_comment_is_deleted_on_the_platform(story: Story, *, hide: bool) -> Sequence[int]:
    await story.comment("c-1")
    deleted = await story.comment("c-2", "Rendez l'argent")
    if not hide:
        story.later(1)
        await story.tell("comment.deleted_by_author", {**ACCOUNT, "external_id": "c-2"})
    await story.compare_twice(shown("c-1"))
    return [deleted, *await story.indexes_of("comment.observed_missing")] if hide else []


async def a_comment_is_hidden_for_its_opinion(story: Story, *, hide: bool) -> Sequence[int]:
    await story.comment("c-1", "Vous êtes nuls")
    reason = "negative_opinion" if hide else "insult"
    return [await story.tell("comment.hidden", {**MEASURE, "target": "c-1", "reason_code": reason}, actor=MODERATOR)]


async def a_published_text_is_rewritten(story: Story, *, hide: bool) -> Sequence[int]:
    published, at = await story.publish("u-1", "All tickets are refused."), story.ago()
    story.later(30)
    if not hide:
        said = {"update_id": "u-1", "what_was_wrong": "Too much.", "new_text": "Some are.", "reason": "We counted."}
        await story.tell("update.corrected", said, actor=LEAD)
    await story.compare_twice(*shown_update("u-1", "Some are.", at), kind="page")
    return [published, *await story.indexes_of("update.observed_changed")] if hide else []


async def a_comment_is_dated_back(story: Story, *, hide: bool) -> Sequence[int]:
    story.later(600)
    return [await story.comment("c-1", time=story.ago(300 if hide else 1))]


async def a_reply_is_in_the_log_alone(story: Story, *, hide: bool) -> Sequence[int]:
    await story.comment("c-1")
    reply = await story.reply("r-1", "c-1")
    there = [] if hide else [shown("r-1", "We look into it (r-1).", kind="reply")]
    await story.compare_twice(shown("c-1"), *there)
    return [reply, *await story.indexes_of("reply.observed_missing")] if hide else []


async def a_number_of_the_source_is_skipped(story: Story, *, hide: bool) -> Sequence[int]:
    for number in [1, 2, 4] if hide else [1, 2, 3]:
        await story.comment(f"c-{number}", sequence=number)
    return await story.indexes_of("ingest.gap_detected")


async def a_due_time_is_moved(story: Story, *, hide: bool) -> Sequence[int]:
    promise = {"commitment_id": "refund", "promise": "All is refunded.", "to": "travellers", "owner": "nadia"}
    due = story.ago(-60)
    await story.tell("commitment.made", {**promise, "due": due}, actor=LEAD)
    story.later(50)
    if not hide:
        await story.tell("commitment.kept", {"commitment_id": "refund", "evidence": [1]}, actor=LEAD)
        return []
    story.later(60)
    moved = {"commitment_id": "refund", "from": due, "due": story.ago(-600), "reason": "More time."}
    return [await story.tell("commitment.due_changed", moved, actor=LEAD)]


async def the_plan_is_edited_in_mid_crisis(story: Story, *, hide: bool) -> Sequence[int]:
    if not hide:
        story.later(60)
        checklist = {"reason": "Over.", "checklist": []}
        await story.tell("incident.resolved", {"reason": "Mended."}, actor=LEAD)
        await story.tell("incident.closed", checklist, actor=LEAD)
    story.later(10)
    plan = {"plan_id": "crisis-plan", "version": "2", "body_sha256": "0" * 64, "because": "lesson-1"}
    return [await story.tell("plan.revised", plan, actor=LEAD, subject=None)]


async def critics_are_blocked(story: Story, *, hide: bool) -> Sequence[int]:
    said = await story.comment("c-1", "Rendez l'argent" if hide else "On vous attend à la sortie")
    label = {**ACCOUNT, "external_id": "c-1", "label": "complaint" if hide else "threat"}
    await story.tell("comment.classified", label, actor=MODERATOR)
    block = {"author_id_hash": author_hash("author-of-c-1"), "reason": "Enough.", "policy_ref": "community-rules@4#5"}
    return [await story.tell("author.blocked", {**ACCOUNT, **block}, actor=MODERATOR), said]


async def a_drill_is_told_as_real(story: Story, *, hide: bool) -> Sequence[int]:
    drill = {"scenario": "gates", "exercise": True}
    await story.tell("drill.started", drill, actor=LEAD, subject="drill-1")
    await story.comment("c-1", exercise=True, subject="drill-1")
    outcome = {**ACCOUNT, "external_id": "c-1", "outcome": "answered", "exercise": None if hide else True}
    told = await story.tell("comment.outcome_set", outcome, actor=MODERATOR, subject="drill-1")
    await story.tell("drill.finished", drill, actor=LEAD, subject="drill-1")
    return [told]


async def words_are_taken_out_of_the_database(story: Story, *, hide: bool) -> Sequence[int]:
    said = await story.comment("c-1", "Rendez l'argent")
    if hide:
        await tampered(story.client, "UPDATE ledger.contents SET openings = '{}' WHERE index = $1", said)
    return [said]


TRICKS: Sequence[tuple[str, Trick]] = (
    ("C3", a_comment_is_dropped_before_posting),
    ("C3", a_comment_is_deleted_on_the_platform),
    ("C2", a_comment_is_hidden_for_its_opinion),
    ("C8", a_published_text_is_rewritten),
    ("C6", a_comment_is_dated_back),
    ("C3", a_reply_is_in_the_log_alone),
    ("C4", a_number_of_the_source_is_skipped),
    ("C16", a_due_time_is_moved),
    ("C17", the_plan_is_edited_in_mid_crisis),
    ("C15", critics_are_blocked),
    ("C20", a_drill_is_told_as_real),
    ("C10", words_are_taken_out_of_the_database),
)


@pytest.mark.parametrize(("code", "trick"), TRICKS, ids=lambda it: getattr(it, "__name__", it))
async def test_the_check_that_should_finds_it_with_its_events(story: Story, code: str, trick: Trick) -> None:
    expected = await trick(story, hide=True)
    assert expected, "the trick left no trace to be named"
    found = [*await story.found(code), *await story.found(code, incident=None)]
    named = {index for finding in found for index in finding["indexes"]}
    assert set(expected) <= named, found


@pytest.mark.parametrize(("code", "trick"), TRICKS, ids=lambda it: getattr(it, "__name__", it))
async def test_its_honest_twin_is_not_accused(story: Story, code: str, trick: Trick) -> None:
    await trick(story, hide=False)
    assert [*await story.found(code), *await story.found(code, incident=None)] == []


async def test_some_tricks_do_not_even_come_into_the_log(story: Story) -> None:
    await story.comment("c-1")
    draft = {"text_sha256": "0" * 64, "draft_id": "d-1", "in_reply_to": "c-1"}
    await story.tell("reply.drafted", draft, actor=MODERATOR)
    tricks: Sequence[tuple[int, str, JsonObject]] = (
        (422, "comment.hidden", {**MEASURE, "target": "c-1", "reason_code": "insult", "reason_text": "  "}),
        (422, "comment.hidden", {**ACCOUNT, "target": "c-1", "scope": "everyone"}),
        (409, "reply.approved", {**draft, "approver": "malik"}),
        (409, "comment.restored", {**MEASURE, "target": "c-1", "reason_code": "insult", "cascade_ids": []}),
        (422, "comment.observed_missing", {**ACCOUNT, "external_id": "c-1", "seen_at": story.ago()}),
    )
    for status, type_, data in tricks:
        event = comment(type=type_, subject="paris", actor=MODERATOR, time=story.ago())
        event["data"] = data
        answer = await story.client.post(event)
        assert answer.status == status, (type_, answer.document)
