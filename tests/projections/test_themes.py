"""What people raised in the sample crisis, counted by hand, and merges, moods and buckets wherever they lead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ledger.demo import INCIDENT
from projections.buckets import MOST, buckets, width
from projections.comments import Said
from projections.event import Event
from projections.themes import ThemeRow, resolved
from projections.views.themes import ThemesView
from tests.projections.crisis import BEGUN, crisis, seen

VIEW = ThemesView()


def raising(*themes: str) -> set[int]:
    """The comments linked to themes, straight from the events."""
    names = {
        name
        for event in crisis()
        if event.type == "concern.linked" and event.text("theme") in themes
        for name in event.value("comments")  # type: ignore[union-attr]
    }
    return {e.index for e in crisis() if e.type == "comment.received" and e.text("external_id") in names}


def moods_of(by: Sequence[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for event in crisis():
        if event.type == "sentiment.assessed" and (event.text("by") or "machine") in by:
            found.setdefault(event.text("label") or "", set()).add(event.index)
    return found


def event(index: int, type_: str, **values: Any) -> Event:
    openings = {name: {"value": value} for name, value in values.items()}
    return Event(index, type_, "urn:x", "2026-11-20T16:40:00.000000Z", INCIDENT, index + 1, openings)


def test_each_theme_has_the_comments_linked_to_it_and_to_what_was_merged_into_it() -> None:
    answer = seen(VIEW, crisis())
    counted = {theme.theme: theme.heard.comments for theme in answer.themes}
    assert {name: figure.value for name, figure in counted.items()} == {
        "portillons": 8,
        "controles": 3,
        "information": 6,
        "remboursement": 5,
        "ponctualite": 0,
    }
    assert set(counted["portillons"].indexes) == raising("portillons", "cartes")
    assert set(counted["remboursement"].indexes) == raising("remboursement")
    every = {e.index for e in crisis() if e.type == "comment.received"}
    assert set(answer.without_theme.comments.indexes) == every - raising(*counted, "cartes")
    assert answer.without_theme.comments.value == 123


def test_the_share_answered_leaves_out_spam_and_what_was_withdrawn() -> None:
    answer = seen(VIEW, crisis())
    received = {e.text("external_id"): e.index for e in crisis() if e.type == "comment.received"}
    spam = {e.text("external_id") for e in crisis() if e.type == "comment.classified" and e.text("label") == "spam"}
    deleted = {e.text("external_id") for e in crisis() if e.type == "comment.deleted_by_author"}
    assert set(answer.all.answered.whole.indexes) == {i for n, i in received.items() if n not in spam | deleted}
    by_people = {
        received[e.text("in_reply_to")]
        for e in crisis()
        if e.type == "reply.posted" and e.actor and e.actor.kind == "person" and e.text("in_reply_to") in received
    }
    assert set(answer.all.answered.part.indexes) == by_people - {received[n] for n in spam | deleted}
    assert (answer.all.answered.part.value, answer.all.answered.whole.value) == (108, 143)
    controls = next(theme for theme in answer.themes if theme.theme == "controles")
    assert (controls.heard.answered.part.indexes.tolist(), controls.heard.waiting.value) == ([29, 126], 0)


def test_volume_is_by_the_hour_of_the_comment_and_adds_up() -> None:
    answer = seen(VIEW, crisis())
    assert answer.bucket_seconds == 3600
    assert [bucket.comments.value for bucket in answer.all.volume] == [1, 76, 34, 14, 7, 2, 2, 1, 4, 1, 1, 1, 1]
    for bucket in answer.all.volume:
        inside = {
            e.index
            for e in crisis()
            if e.type == "comment.received" and bucket.begins <= e.moment < bucket.begins + timedelta(hours=1)
        }
        assert set(bucket.comments.indexes) == inside


def test_solutions_stand_by_their_theme_with_their_state_and_the_first_ones_delay() -> None:
    themes = {theme.theme: theme for theme in seen(VIEW, crisis()).themes}
    states = {name: {one.solution: one.state for one in theme.solutions} for name, theme in themes.items()}
    assert states["portillons"] == {"portillons-ouverts": "delivered"}
    assert states["controles"] == {"amendes-annulees": "offered"}
    assert states["remboursement"] == {
        "bon-d-achat": "rejected",
        "remboursement-soiree": "delivered",
        "second-ticket": "offered",
    }
    first = {name: theme.first_solution_seconds for name, theme in themes.items()}
    assert {name: figure.value for name, figure in first.items()} == {
        "portillons": 6855 - 3480,
        "controles": 6856 - 3500,
        "remboursement": 10830 - 3860,
        "information": None,
        "ponctualite": None,
    }
    for figure in first.values():
        if figure.value is not None:
            identified, offered = (crisis()[index] for index in figure.indexes)
            assert (offered.moment - identified.moment).total_seconds() == figure.value


def test_titles_definitions_and_promises_stand_by_their_theme() -> None:
    themes = {theme.theme: theme for theme in seen(VIEW, crisis()).themes}
    assert (themes["controles"].title, [title.index for title in themes["controles"].titles]) == (
        "Contrôles et amendes",
        [246],
    )
    assert (themes["portillons"].severity, themes["portillons"].merged_from) == ("critical", ("cartes",))
    assert themes["portillons"].commitments == ("portillons-19h40", "portillons-chefs-de-gare")


def test_moods_are_counted_by_who_judged() -> None:
    answer = seen(VIEW, crisis())
    assert set(answer.sentiment_by_judge) == {"humeur@2.1", "human"}
    machine, person = answer.sentiment_by_judge["humeur@2.1"], answer.sentiment_by_judge["human"]
    for mood, by in ((machine, ["machine"]), (person, ["human"]), (answer.sentiment, ["human", "machine"])):
        expected = moods_of(by)
        for label in ("positive", "neutral", "mixed", "negative"):
            assert set(getattr(mood, label).part.indexes) == expected.get(label, set())
    assert answer.sentiment.balance.value == (5 - 4) / 10
    assert machine.balance.value == (5 - 3) / 9
    assert person.balance.value == -1


def test_outcomes_feedback_and_impact_are_those_recorded() -> None:
    answer = seen(VIEW, crisis())
    assert {name: figure.value for name, figure in answer.outcomes.items()} == {
        "answered_elsewhere": 1,
        "merged_into_theme": 4,
        "moderated": 6,
        "no_reply_needed": 26,
        "withdrawn_by_author": 1,
    }
    for name, figure in answer.outcomes.items():
        assert {crisis()[index].text("outcome") for index in figure.indexes} == {name}
    assert (answer.feedback_median.value, answer.feedback_median.indexes) == (3 / 5, [470, 472, 473])
    assert [(one.index, one.people, one.low, one.high) for one in answer.impacts] == [(334, 41000, 36000, 47000)]


def test_a_merge_before_either_theme_is_known_counts_and_a_drill_doesnt() -> None:
    comment = event(1, "comment.received", external_id="c", platform="x", time=BEGUN.isoformat())
    events = [
        event(0, "theme.merged", theme="a", into="b"),
        comment,
        event(2, "concern.linked", theme="a", comments=["c"]),
        event(3, "theme.identified", theme="a", definition="A", title="first"),
        event(4, "theme.merged", theme="b", into="c", exercise=True),
    ]
    assert [(theme.theme, theme.heard.comments.indexes.tolist()) for theme in seen(VIEW, events).themes] == [("b", [1])]


def test_a_title_given_before_the_theme_was_identified_still_counts() -> None:
    events = [
        event(0, "theme.renamed", theme="a", title="later"),
        event(1, "theme.identified", theme="a", definition="A", title="first"),
    ]
    assert seen(VIEW, events).themes[0].title == "later"


names = st.sampled_from("abcdef")


@given(st.dictionaries(names, names | st.none()))
def test_however_themes_are_merged_each_counts_for_one_that_counts_for_itself(merges: dict[str, str | None]) -> None:
    themes = {
        name: ThemeRow(merged=() if into is None else (Said(0, 0, into),)) for name, into in sorted(merges.items())
    }
    ends = resolved(themes)
    assert ends == resolved(dict(reversed(themes.items())))
    for name, into in merges.items():
        assert ends.get(ends[name], ends[name]) == ends[name]
        assert into is None or ends[name] == ends.get(into, into)


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=300))
def test_buckets_hold_every_time_once_and_are_few(times: list[int]) -> None:
    column, indexes = np.array(times, np.int64), np.arange(len(times), dtype=np.int64)
    seconds = width(column)
    found = buckets(column, indexes, seconds)
    assert len(found) <= MOST
    assert sorted(index for bucket in found for index in bucket.indexes) == list(range(len(times)))
    for bucket in found:
        assert all(bucket.begins <= times[i] < bucket.begins + seconds * 1_000_000 for i in bucket.indexes)


def test_what_is_erased_breaks_nothing() -> None:
    assert seen(VIEW, [replace(e, openings={}) for e in crisis()]).all.comments.value == 0
