"""The reference page: written from the classes, complete, and up to date."""

import re
from pathlib import Path

import pytest

from events.reference import page
from events.vocabulary import VOCABULARY

PAGE = Path(__file__).resolve().parents[2] / "docs" / "vocabulary.md"
ROW = re.compile(r"^\| `([a-z_.0-9]+)`( ⚙)? \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, str]]:
    return {name: (service, listed) for name, service, _, _, listed in ROW.findall(page())}


def test_the_page_in_the_documentation_is_the_one_the_classes_write() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m events.reference > docs/vocabulary.md"


def test_every_type_has_a_row_with_all_its_fields(rows: dict[str, tuple[str, str]]) -> None:
    assert rows.keys() == VOCABULARY.keys()
    for name, payload in VOCABULARY.items():
        listed = set(re.findall(r"`([a-z0-9_]+)`\]? (?:\*\*public|\*internal|`personal)", rows[name][1]))
        assert listed | {"exercise"} == payload.visibility.keys() | {"exercise"}, name


def test_a_row_tells_what_is_required_who_sees_it_and_what_the_ledger_alone_writes(
    rows: dict[str, tuple[str, str]],
) -> None:
    hidden = rows["comment.hidden"][1].split("<br>")
    assert "★ `target` *internal* Label" in hidden
    assert "[`expires_at`] **public** Timestamp" in hidden
    assert "★ `text` `personal` Text" in rows["comment.received"][1]
    assert "★ `next_update_due` **public** Timestamp or null" in rows["update.published"][1]
    assert "★ `evidence` **public** list of Evidence" in rows["rumour.rebutted"][1]
    assert {name for name, (service, _) in rows.items() if service} == {
        name for name, payload in VOCABULARY.items() if payload.recorded_by_service
    }


def test_every_kind_of_value_a_row_names_is_explained_below() -> None:
    text = page()
    explained = set(re.findall(r"^\| ([A-Z]\w+) \|", text, re.MULTILINE))
    named = set(re.findall(r"(?:\*|`|of |or |by )\s?([A-Z][a-z]\w+)(?=<br>| \||\*? or )", text))
    assert {"Label", "Window", "PlannedStep", "Evidence"} <= named
    assert named <= explained
