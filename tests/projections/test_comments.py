"""The life of a content: every event of it stands in its row once, and says what it is."""

from collections.abc import Mapping

import pytest
from hypothesis import given

from projections.comments import COMMENTS, ContentRow
from projections.event import Event
from projections.folding import rows_of
from projections.life import life
from projections.linking import with_linked
from projections.projection import RowKey
from tests.projections.histories import Step, events_of, histories, lay


def folded(*told: tuple[str, Mapping[str, object]], name: str = "c-1") -> ContentRow:
    """The row of a content after events, by type and data."""
    events = [
        Event(index, type_, "urn:x", f"2026-11-22T14:{index:02d}:00.000000Z", "paris", index + 1, opened(data))
        for index, (type_, data) in enumerate(told)
    ]
    return rows_of(COMMENTS, events)[RowKey("paris", name)]


def opened(data: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    return {field: {"value": value} for field, value in data.items()}


RECEIVED = ("comment.received", {"external_id": "c-1", "platform": "x"})


@given(histories)
def test_the_life_of_a_content_is_all_its_events_each_with_its_own_type_and_time(history: list[Step]) -> None:
    events = events_of(lay(history))
    known = {event.index: event for event in events}
    for row in rows_of(COMMENTS, with_linked(events, known.get)).values():
        told = life(row)
        assert [step.event for step in told] == sorted(row.indexes)
        assert [(step.what, step.at) for step in told] == [
            (known[step.event].type, known[step.event].moment) for step in told
        ]


@pytest.mark.parametrize("actor", ["service:bot", "rule:hello", "platform:x"])
def test_what_machines_reply_or_have_seen_is_no_response_of_people(actor: str) -> None:
    row = folded(
        RECEIVED,
        ("reply.posted", {"external_id": "r", "in_reply_to": "c-1", "actor": actor}),
        ("comment.acknowledged", {"external_id": "c-1", "by": "desk", "actor": actor}),
    )
    assert ([answer.by for answer in row.answers], row.acknowledged, row.indexes) == (["machine"], (), (0, 1, 2))


def test_a_bot_that_signs_as_one_is_a_machine_though_a_person_posted_for_it() -> None:
    data = {"external_id": "r", "in_reply_to": "c-1", "actor": "person:ana", "author": {"id": "b", "kind": "bot"}}
    assert [answer.by for answer in folded(RECEIVED, ("reply.posted", data)).answers] == ["machine"]


def test_what_a_drill_does_to_a_comment_counts_for_nothing_and_is_kept() -> None:
    row = folded(
        RECEIVED,
        ("reply.posted", {"external_id": "r", "in_reply_to": "c-1", "exercise": True}),
        ("comment.hidden", {"target": "c-1", "exercise": True}),
    )
    assert (row.answers, row.hidden, row.indexes) == ((), None, (0, 1, 2))
