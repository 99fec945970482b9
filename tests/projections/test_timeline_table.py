"""The timeline as columns: filters agree with reading every event, in any order; nothing else is found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.visibility import Visibility
from events.vocabulary import VOCABULARY, visibility_of
from ledger.demo import INCIDENT
from projections.event import Event
from projections.instants import micros
from projections.lanes import LANES, lane
from projections.lateness import lateness
from projections.timeline_filter import TimelineFilter
from projections.timeline_table import TimelineTable
from projections.timeline_texts import speaks_of, text_fields, texts
from tests.projections.crisis import crisis
from tests.projections.written import Written, hour, written


def disclosed(event: Event, level: Visibility) -> Event:
    kept = {name: opening for name, opening in event.openings.items() if visibility_of(event.type, name) <= level}
    return replace(event, openings=kept)


def table_of(events: Sequence[Event], level: Visibility = Visibility.PERSONAL) -> TimelineTable:
    table = TimelineTable()
    for event in events:
        shown = disclosed(event, level)
        table.put(shown, withheld=len(shown.openings) < len(event.openings))
    return table


def found(table: TimelineTable, end: int | None, asked: Mapping[str, object]) -> list[int]:
    mask = TimelineFilter(**asked).matches(table, table.known(end))  # type: ignore[arg-type]
    return sorted(int(index) for index in table.column("index")[mask])


def of_crisis() -> list[Event]:
    return [event for event in crisis() if event.incident == INCIDENT]


def naive(events: Sequence[Event], asked: TimelineFilter) -> list[int]:
    """What is asked for, told by reading every event."""
    outcomes = {e.text("external_id"): e.text("outcome") for e in events if e.type == "comment.outcome_set"}
    raised: dict[str | None, set[object]] = {}
    for event in events:
        of: object = event.value("comments") if event.type == "concern.linked" else [event.value("external_id")]
        if event.type in {"concern.linked", "comment.outcome_set"} and isinstance(of, list):
            raised.setdefault(event.text("theme"), set()).update(map(str, of))
    return [event.index for event in events if _asked(event, asked, outcomes, raised)]


def _asked(
    event: Event, asked: TimelineFilter, outcomes: dict[str | None, str | None], raised: dict[str | None, set[object]]
) -> bool:
    name = event.text("external_id") if event.type == "comment.received" else None
    actor, author = event.actor, event.value("author")
    author_id = author.get("id") if isinstance(author, dict) else None
    kind, identity = (actor.kind, actor.id) if actor else ("author", author_id)
    late = lateness(event)
    return (
        (asked.type is None or asked.type in {event.type, event.type.partition(".")[0] + ".*"})
        and asked.lane in {None, lane(event.type)}
        and (asked.actor is None or (identity is not None and asked.actor in {identity, f"{kind}:{identity}"}))
        and (asked.role is None or (actor is not None and asked.role == actor.role))
        and (asked.channel is None or asked.channel == (event.text("platform") or event.text("channel")))
        and (asked.visibility is None or asked.visibility == event.text("audience"))
        and (asked.theme is None or event.text("theme") == asked.theme or name in raised.get(asked.theme, ()))
        and (asked.outcome is None or asked.outcome in {event.text("outcome"), name and outcomes.get(name)})
        and (not asked.late or (late is not None and late.seconds > 0))
        and (asked.since is None or micros(event.moment) >= asked.since)
        and (asked.until is None or micros(event.moment) < asked.until)
    )


COMMENTS = ("c1", "c2", "c3")
ACTORS = ("person:ana;role=legal", "person:bo", "service:ana")
LINES: st.SearchStrategy[Written] = st.one_of(
    st.tuples(
        st.just("comment.received"),
        st.just("i"),
        st.floats(0, 9),
        st.fixed_dictionaries(
            {"external_id": st.sampled_from(COMMENTS), "platform": st.sampled_from(["x", "facebook"])},
            optional={"author": st.just({"id": "ana"})},
        ),
    ),
    st.tuples(
        st.just("comment.outcome_set"),
        st.just("i"),
        st.floats(0, 9),
        st.fixed_dictionaries(
            {
                "external_id": st.sampled_from(COMMENTS),
                "outcome": st.sampled_from(["answered", "moderated"]),
                "actor": st.sampled_from(ACTORS),
            },
            optional={"theme": st.sampled_from(["t1", "t2"])},
        ),
    ),
    st.tuples(
        st.just("concern.linked"),
        st.just("i"),
        st.floats(0, 9),
        st.fixed_dictionaries(
            {"theme": st.sampled_from(["t1", "t2"]), "comments": st.lists(st.sampled_from(COMMENTS), max_size=2)}
        ),
    ),
    st.tuples(
        st.just("update.published"),
        st.just("i"),
        st.floats(0, 9),
        st.fixed_dictionaries({"audience": st.sampled_from(["public", "staff"]), "channel": st.just("x")}),
    ),
)
FILTERS = st.builds(
    TimelineFilter,
    type=st.sampled_from([None, "comment.*", "concern.linked"]),
    lane=st.sampled_from([None, None, *LANES]),
    actor=st.sampled_from([None, None, "ana", "person:ana", "author:ana", "nobody"]),
    role=st.sampled_from([None, None, "legal"]),
    channel=st.sampled_from([None, None, "x"]),
    theme=st.sampled_from([None, "t1", "t3"]),
    visibility=st.sampled_from([None, None, "public"]),
    outcome=st.sampled_from([None, None, "answered"]),
    late=st.sampled_from([False, False, True]),
    since=st.sampled_from([None, micros(hour(3))]),
    until=st.sampled_from([None, micros(hour(6))]),
)


@given(st.lists(LINES, max_size=20), FILTERS, st.randoms(use_true_random=False))
def test_filters_agree_with_reading_every_event(lines: list[Written], asked: TimelineFilter, by_chance: object) -> None:
    events = written(lines)
    mixed = list(events)
    by_chance.shuffle(mixed)  # type: ignore[attr-defined]
    for order in (events, mixed):
        table = table_of(order)
        chosen = table.column("index")[asked.matches(table, table.known())]
        assert sorted(map(int, chosen)) == naive(events, asked)


@pytest.mark.parametrize("end", [350, 450, 550])
def test_what_was_known_earlier_is_what_a_table_of_then_says(end: int) -> None:
    events = of_crisis()
    whole, then = table_of(events), table_of([event for event in events if event.index < end])
    for name, word in (
        ("theme", "portillons"),
        ("outcome", "no_reply_needed"),
        ("lane", "moderation"),
        ("channel", "x"),
    ):
        asked: dict[str, object] = {name: word}
        assert found(whole, end, asked) == found(then, None, asked) != []
    known = whole.known(end)
    moods = whole.said_of("sentiment", known)[known]
    assert len(np.unique(moods)) > 1
    spelt = {whole.number(word): word for word in ("positive", "neutral", "negative")}
    own = {then.number(word): word for word in spelt.values()}
    assert [spelt.get(int(mood)) for mood in moods] == [
        own.get(int(mood)) for mood in then.said_of("sentiment", then.known())
    ]


def test_no_filter_finds_what_the_level_may_not_see() -> None:
    events = of_crisis()
    author = next(e.value("author") for e in events if e.type == "comment.received")
    assert isinstance(author, dict)
    for asked in (str(author["id"]), f"author:{author['id']}"):
        assert found(table_of(events), None, {"actor": asked}) != []
        assert found(table_of(events, Visibility.INTERNAL), None, {"actor": asked}) == []
    comment = next(e for e in events if e.type == "comment.received")
    words = texts(comment)[0].casefold()
    assert speaks_of(comment, words)
    assert not speaks_of(disclosed(comment, Visibility.INTERNAL), words)


def test_a_linked_event_stands_in_the_incident_from_its_link_on_and_only_once() -> None:
    events = written([("comment.received", None, 1, {"external_id": "c1"}), ("note.added", "i", 2, {"text": "!"})])
    linked = replace(events[0], incident="i", linked_by=5)
    table = table_of([events[1], linked, replace(linked, linked_by=7)])
    assert (len(table), found(table, 5, {}), found(table, 6, {})) == (2, [1], [0, 1])


def test_by_the_sources_clocks_what_happened_later_was_not_known() -> None:
    events = written([("note.added", "i", 2, {"text": "late"}), ("note.added", "i", 1, {"text": "early"})])
    table = table_of(events)
    assert table.known(until=micros(hour(1))).tolist() == [False, True]


def test_every_type_has_a_lane_and_most_have_words() -> None:
    assert {lane(type_) for type_ in VOCABULARY} == set(LANES)
    told = [event for event in of_crisis() if texts(event)]
    assert len(told) > 0.6 * len(of_crisis())
    for type_, payload in VOCABULARY.items():
        assert all(name in payload.model_fields for name in text_fields(type_)), type_
