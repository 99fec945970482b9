"""Who waits, threads and lives: the view against a second computation, straight from the events."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given

from events.visibility import Visibility
from ledger.demo import INCIDENT
from projections.event import Event
from projections.shown import disclosed
from projections.views.comments import CommentsView
from tests.projections.crisis import END, crisis, seen
from tests.projections.histories import Step, events_of, histories, lay

VIEW = CommentsView()
AT = datetime(2026, 11, 22, 15, tzinfo=UTC)


def told(*events: tuple[str, Mapping[str, object]]) -> list[Event]:
    """A log of one incident, an event a minute."""
    return [
        Event(
            index,
            type_,
            "urn:x",
            f"2026-11-22T14:{index:02d}:00.000000Z",
            "paris",
            index + 1,
            {name: {"value": value} for name, value in data.items()},
        )
        for index, (type_, data) in enumerate(events)
    ]


def comment(name: str, **data: object) -> tuple[str, Mapping[str, object]]:
    return "comment.received", {"external_id": name, "platform": "x", **data}


def own(end: int = 1_000) -> Sequence[Event]:
    events = crisis()[:end]
    linked = {event.value("target_event") for event in events if event.type == "event.linked"}
    return [event for event in events if event.incident == INCIDENT or event.index in linked]


def waiting_by_hand(end: int) -> list[int]:
    """The comments of the sample crisis's first events for which someone waits, without any fold."""
    events = own(end)
    came = {event.text("external_id"): event for event in events if event.type == "comment.received"}
    over: set[object] = set()
    removed: set[object] = set()
    labels: dict[object, object] = {}
    for event in events:
        name = event.text("external_id") or event.text("target")
        match event.type:
            case "reply.posted" if event.actor is None or event.actor.kind == "person":
                over.add(event.text("in_reply_to"))
            case "comment.outcome_set" if event.value("outcome") != "escalated":
                over.add(name)
            case "comment.deleted_by_author":
                over.add(name)
            case "comment.removed":
                removed |= {name, *taken_along(event)}
            case "comment.restored":
                removed -= {name, *taken_along(event)}
            case "comment.classified":
                labels[name] = event.value("label")
    over |= removed | {name for name, label in labels.items() if label == "spam"}
    return sorted(event.index for name, event in came.items() if name not in over)


def taken_along(event: Event) -> list[str]:
    """The replies that went, or came back, with a comment."""
    taken = event.value("cascade_ids")
    return [str(name) for name in taken] if isinstance(taken, list) else []


@pytest.mark.parametrize(("end", "number"), [(100, 30), (300, 26), (548, 0)])
def test_the_queue_of_the_sample_crisis_is_the_one_counted_by_hand_oldest_first(end: int, number: int) -> None:
    answer = seen(VIEW, crisis()[:end])
    assert list(answer.waiting.indexes) == waiting_by_hand(end)
    assert len(answer.items) == answer.waiting.value == number
    times = {event.index: event.moment for event in crisis()}
    order = sorted(answer.waiting.indexes, key=lambda index: (times[index], index))
    assert [line.received for line in answer.items] == order
    assert [line.waiting_seconds for line in answer.items] == [(END - times[index]).total_seconds() for index in order]


def test_what_became_of_the_comments_is_what_the_events_say() -> None:
    answer, events = seen(VIEW, crisis()), own()
    of_type = Counter(event.type for event in events)
    assert answer.received.value == of_type["comment.received"]
    assert answer.edited.value == of_type["comment.edited_by_author"]
    assert answer.deleted.value == of_type["comment.deleted_by_author"]
    for outcome, number in Counter(str(e.value("outcome")) for e in events if e.type == "comment.outcome_set").items():
        assert answer.outcomes[outcome].value == number
    by_people = {
        event.text("in_reply_to")
        for event in events
        if event.type == "reply.posted" and event.actor and event.actor.kind == "person"
    }
    by_machines = {
        event.text("in_reply_to")
        for event in events
        if event.type == "reply.posted" and event.actor and event.actor.kind == "service"
    }
    came = {event.text("external_id") for event in events if event.type == "comment.received"}
    assert answer.answered.value == len(by_people & came)
    assert answer.answered_by_machines_only.value == len((by_machines - by_people) & came)


@pytest.mark.parametrize("state", ["received", "answered", "acknowledged", "hidden", "removed", "spam", "withdrawn"])
def test_a_state_lists_the_comments_behind_its_figure(state: str) -> None:
    answer = seen(VIEW, crisis(), state=state, limit=1000)
    assert len(answer.items) == answer.listed.value == getattr(answer, state).value


def test_theme_severity_and_platform_narrow_the_list() -> None:
    severe = seen(VIEW, crisis(), state="received", severity="critical")
    assert {line.themes[0] for line in severe.items} == {"portillons"}
    assert severe.listed.value == 7
    theme = seen(VIEW, crisis(), state="received", theme="portillons", platform="facebook")
    assert {line.platform for line in theme.items} == {"facebook"}
    assert theme.listed.value == 2
    assert seen(VIEW, crisis(), state="received", theme="nobody").listed.value == 0


def test_pages_of_the_queue_join_without_gap_or_repetition() -> None:
    whole = [line.received for line in seen(VIEW, crisis(), state="received", limit=1000).items]
    parts = [seen(VIEW, crisis(), state="received", start=start, limit=50).items for start in range(0, 150, 50)]
    assert [line.received for part in parts for line in part] == whole


def test_a_thread_shows_root_parents_and_replies_in_order_of_time() -> None:
    events = told(
        comment("root"),
        comment("a", in_reply_to="root"),
        ("reply.posted", {"external_id": "ours", "in_reply_to": "a", "platform": "x", "actor": "person:ana"}),
        comment("b", in_reply_to="ours"),
        comment("elsewhere"),
        comment("c", in_reply_to="root"),
    )
    for name in ("root", "a", "ours", "b", "c"):
        thread = seen(VIEW, events, "paris", AT, thread=name).thread
        assert [post.external_id for post in thread.posts] == ["root", "a", "ours", "b", "c"]
        assert (thread.root, thread.whole) == ("root", True)
    assert seen(VIEW, events, "paris", AT, thread="unheard of").thread is None


def test_a_thread_survives_circles_missing_parents_and_contents_that_answer_themselves() -> None:
    circle = told(comment("a", in_reply_to="b"), comment("b", in_reply_to="a"), comment("c", in_reply_to="c"))
    assert len(seen(VIEW, circle, "paris", AT, thread="a").thread.posts) == 2
    assert len(seen(VIEW, circle, "paris", AT, thread="c").thread.posts) == 1
    gap = told(
        comment("a", in_reply_to="lost", external_root_id="top"),
        comment("b", in_reply_to="a", external_root_id="top"),
        comment("d", in_reply_to="top", external_root_id="top"),
    )
    thread = seen(VIEW, gap, "paris", AT, thread="b").thread
    assert thread.root == "top"
    assert {post.external_id: post.kind for post in thread.posts} == {
        "a": "comment",
        "b": "comment",
        "d": "comment",
        "lost": None,
        "top": None,
    }


def test_a_thread_with_more_than_can_be_shown_says_so() -> None:
    events = [
        Event(
            n, type_, "urn:x", "2026-11-22T14:00:00.000000Z", "paris", n + 1, {k: {"value": v} for k, v in data.items()}
        )
        for n, (type_, data) in enumerate([comment("top"), *(comment(f"c{n}", in_reply_to="top") for n in range(1500))])
    ]
    thread = seen(VIEW, events, "paris", AT, thread="c1400").thread
    assert (thread.whole, len(thread.posts)) == (False, 1000)
    assert {"top", "c1400"} <= {post.external_id for post in thread.posts}


def test_replies_to_unknown_parents_and_contents_only_spoken_of_are_counted_until_they_come() -> None:
    events = told(
        comment("a", in_reply_to="late"),
        ("reply.posted", {"external_id": "r", "in_reply_to": "never", "platform": "x"}),
        ("comment.hidden", {"target": "never"}),
        comment("late"),
    )
    before, after = seen(VIEW, events[:3], "paris", AT), seen(VIEW, events, "paris", AT)
    assert (list(before.replies_to_unknown_parents.indexes), list(after.replies_to_unknown_parents.indexes)) == (
        [0, 1],
        [1],
    )
    assert (after.never_received.value, list(after.never_received.indexes)) == (1, [1, 2])


def test_the_life_of_a_comment_is_every_event_of_it() -> None:
    events = told(
        comment("a"),
        ("comment.acknowledged", {"external_id": "a", "by": "ana", "actor": "person:ana"}),
        ("comment.deleted_by_author", {"external_id": "a"}),
    )
    life = seen(VIEW, events, "paris", AT, comment="a").life
    assert [(step.index, step.type) for step in life] == [(event.index, event.type) for event in events]
    assert [step.at for step in life] == [event.accepted for event in events]


def test_a_drill_counts_apart() -> None:
    answer = seen(VIEW, told(comment("a", exercise=True), comment("b")), "paris", AT)
    assert (answer.received.value, answer.waiting.value, list(answer.drill.indexes)) == (1, 1, [0])


def test_ids_of_contents_and_what_was_said_of_them_are_for_the_organisation() -> None:
    public = disclosed(seen(VIEW, crisis()[:300], thread="x", comment="y"), Visibility.PUBLIC)
    assert {"thread", "life"} <= set(public["withheld"])
    assert set(public["items"][0]) == {"received", "at", "platform", "waiting_seconds", "withheld"}


@given(histories)
def test_any_history_has_its_figures_each_with_as_many_events_as_it_counts(history: list[Step]) -> None:
    answer = seen(VIEW, events_of(lay(history)), "paris", AT, state="received", comment="c-1", thread="c-1")
    assert answer.received.value == len(set(answer.received.indexes)) == len(answer.items)
    for line in answer.items:
        assert line.received in line.indexes
    assert set(answer.waiting.indexes) <= set(answer.received.indexes)
