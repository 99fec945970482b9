"""Which fields of which events are about a person: each rule, and what it must leave alone."""

from typing import Any

import pytest

from events.subject import Subject, author_hash
from ledger.erasure.search import Search

BOTH = {"platform": "x", "author": "u-4711", "handle": "@jeanne"}
BY_ID, BY_HANDLE = {"platform": "x", "author": "u-4711"}, {"platform": "x", "handle": "jeanne"}
COMMENT = {"platform": "x", "external_id": "c-1", "text": "hello", "id": "e-1", "time": "2026-11-22T14:00:00Z"}
Told = tuple[str, dict[str, Any]]


def found(subject: dict[str, str], *events: Told) -> dict[int, tuple[str, set[str]]]:
    """The rule and the fields by index, after the events were read once for names and once for all."""
    search = Search(Subject.model_validate(subject))
    for _ in range(2):
        for index, (type_, values) in enumerate(events):
            search.take(index, type_, None, values)
    return {index: (concern.rule, set(concern.fields)) for index, concern in search.concerns.items()}


OWN = ("own", {"author", "id", "text"})
AUTHORS: list[tuple[dict[str, str], Any, bool]] = [
    (BY_ID, "u-4711", True),
    (BY_ID, {"id": "u-4711"}, True),
    (BY_ID, {"id": "u-47110"}, False),
    (BY_ID, "u-47110", False),
    (BY_ID, {"id": "u-1", "handle": "jeanne"}, False),
    (BY_HANDLE, {"id": "u-1", "handle": "@jeanne"}, True),
    (BY_HANDLE, "@jeanne", True),
    (BY_HANDLE, "jeannette", False),
    (BOTH, {"id": "u-1", "handle": "jeanne"}, False),
    (BOTH, {"id": "u-4711", "handle": "renamed"}, True),
    (BOTH, "jeanne", True),
]


@pytest.mark.parametrize(("subject", "author", "theirs"), AUTHORS)
def test_an_id_decides_and_a_handle_where_there_is_none(subject: dict[str, str], author: Any, theirs: bool) -> None:  # noqa: FBT001
    assert found(subject, ("comment.received", {**COMMENT, "author": author})) == ({0: OWN} if theirs else {})


def test_the_id_that_goes_with_a_handle_is_learnt() -> None:
    events: list[Told] = [
        ("comment.received", {**COMMENT, "author": {"id": "u-9", "handle": "jeanne"}}),
        ("comment.received", {**COMMENT, "external_id": "c-2", "author": "u-9"}),
        ("author.blocked", {"author_id_hash": author_hash("u-9"), "reason": "r", "platform": "x"}),
    ]
    assert found(BY_HANDLE, *events) == {0: OWN, 1: OWN, 2: ("measure", {"author_id_hash", "reason"})}


def test_another_platform_is_another_account() -> None:
    events: list[Told] = [
        ("comment.received", {**COMMENT, "platform": "mastodon", "author": "u-4711"}),
        ("comment.received", {**COMMENT, "author": "u-4711"}),
        ("comment.edited_by_author", {"external_id": "c-1", "platform": "mastodon", "after": "bye"}),
        ("comment.edited_by_author", {"external_id": "c-1", "after": "bye"}),
    ]
    assert found(BY_ID, *events) == {1: OWN, 3: ("about", {"after"})}


def test_what_came_before_the_comment_it_speaks_of_is_found_too() -> None:
    edit = ("comment.edited_by_author", {"external_id": "c-1", "after": "bye", "actor": "author:u-4711"})
    assert found(BY_ID, edit, ("comment.received", {**COMMENT, "author": "u-4711"}))[0][1] == {"actor", "after"}


def test_who_reported_or_disputed_a_content_is_not_its_author() -> None:
    events: list[Told] = [
        ("comment.received", {**COMMENT, "author": "u-4711"}),
        ("report.received", {"target": "c-1", "text": "rude", "actor": "author:u-2"}),
        ("event.disputed", {"target_event": 0, "by": "u-3", "claim": "never said"}),
        ("report.received", {"target": "c-1", "text": "mine", "actor": "author:u-4711"}),
    ]
    named = found(BY_ID, *events)
    assert named[1] == ("about", {"text"})
    assert named[2] == ("refers", {"claim"})
    assert named[3] == ("own", {"actor", "text"})


def test_an_appeal_against_a_measure_on_their_content_is_theirs() -> None:
    events: list[Told] = [
        ("comment.received", {**COMMENT, "author": "u-4711"}),
        ("comment.hidden", {"target": "c-1", "reason_text": "r"}),
        ("appeal.received", {"target_event": 1, "grounds": "unfair", "appeal_id": "a"}),
        ("appeal.received", {"target_event": 7, "grounds": "unfair", "appeal_id": "b"}),
    ]
    assert found(BY_ID, *events) == {0: OWN, 2: ("refers", {"grounds"})}


CUSTOM: list[tuple[dict[str, Any], set[str]]] = [
    ({"customer": "u-4711", "phone": "06"}, {"customer", "phone"}),
    ({"note": "see u-4711, please", "phone": "06"}, {"note"}),
    ({"note": "see u-47110, please"}, set()),
    ({"list": [{"who": "u-4711"}], "phone": "06"}, {"list"}),
    ({"author_id_hash": ["odd"], "platform": {"odd": 1}, "actor": "x"}, set()),
]


@pytest.mark.parametrize(("values", "gone"), CUSTOM)
def test_types_of_ones_own_are_read_field_by_field(values: dict[str, Any], gone: set[str]) -> None:
    assert found(BY_ID, ("custom.crm", values)) == (
        {0: ("own" if "customer" in values else "names", gone)} if gone else {}
    )


def test_a_short_name_is_not_looked_for_in_prose() -> None:
    subject = {"platform": "x", "author": "a-9", "handle": "jo"}
    assert found(subject, ("custom.note", {"text": "jo or a-9"}), ("custom.note", {"who": "@jo"})) == {
        1: ("own", {"who"})
    }


def test_other_peoples_words_and_public_fields_are_listed_and_stay() -> None:
    search = Search(Subject.model_validate(BOTH))
    search.take(3, "comment.received", None, {**COMMENT, "author": "u-2", "text": "jeanne is right"})
    search.take(4, "comment.hidden", None, {"target": "c-7", "reason_text": "u-4711 again"})
    assert (search.concerns, search.mentioned, search.elsewhere) == ({}, {3: ("text",)}, {4: ("reason_text",)})


@pytest.mark.parametrize("type_", ["subject.erasure_requested", "subject.erasure_decided", "key.destroyed"])
def test_the_register_itself_is_never_erased(type_: str) -> None:
    subject = Subject.model_validate(BY_ID)
    assert found(BY_ID, (type_, {"subject_hash": subject.hash, "scope": "u-4711", "more": "u-4711"})) == {}


def test_the_hash_of_a_subject_does_not_depend_on_how_the_handle_is_written() -> None:
    assert Subject.model_validate(BOTH).hash == Subject.model_validate(BOTH | {"handle": "jeanne"}).hash
    assert len({Subject.model_validate(named).hash for named in (BOTH, BY_ID, BY_HANDLE)}) == 3
