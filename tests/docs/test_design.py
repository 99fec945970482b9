"""docs/design.md is a map of what is there: its paths exist, and its recipes work as they are printed."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from events import vocabulary
from events.envelope import read_event
from events.faults import Refused
from events.times import Timestamp
from events.visibility import Internal, Public, Visibility
from events.vocabulary.comment import OfComment
from events.vocabulary.fields import Prose
from events.vocabulary.payload import P3, VOCABULARY
from projections.event import Event
from projections.folding import rows_of
from projections.projection import ObjectProjection, ObjectRow, Projection, RowKey
from projections.shown import Figure, Shown, disclosed, figure
from projections.view import AnyView, Moment, Query, Rows, View, fold_rows
from tests.docs.fences import ROOT, fences

PAGES = ["README.md", "docs/design.md", "docs/format.md", "docs/snapshots.md", "docs/publishing.md"]
_QUOTED = re.compile(r"`([a-z_]+(?:/[a-z_]+)*(?:/|\.py|\.sql|\.yaml))`")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def named(page: str) -> list[str]:
    return sorted(set(_QUOTED.findall((ROOT / page).read_text())))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    folders = [ROOT, *(path.parent for path in ROOT.glob("ledger/*/*.py"))]
    assert [path for path in named(page) if not any((folder / path).exists() for folder in folders)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_another_page_leads_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    assert [link for link in _LINK.findall((ROOT / page).read_text()) if not (folder / link).exists()] == []


def test_the_layout_is_the_one_there() -> None:
    block = re.search(r"## Layout\n\n```\n(.*?)```", (ROOT / "docs/design.md").read_text(), re.DOTALL)
    assert block
    parent, missing = ROOT, []
    for line in block[1].splitlines():
        name = line.split()[0]
        path = (parent if line.startswith(" ") else ROOT) / name
        missing += [] if path.exists() else [name]
        parent = parent if line.startswith(" ") else path
    assert missing == []


@pytest.fixture
def pinned() -> Iterator[str]:
    names: dict[str, Any] = {
        "OfComment": OfComment,
        "P3": P3,
        "Internal": Internal,
        "Public": Public,
        "Prose": Prose,
        "Timestamp": Timestamp,
        "__name__": __name__,
    }
    exec(fences("docs/design.md")["event-type"], names)  # noqa: S102 - the page's own text is what is tested
    yield "comment.pinned"
    del VOCABULARY["comment.pinned"]
    vocabulary.visibility_of.cache_clear()


def test_a_new_event_type_is_one_class(pinned: str) -> None:
    event = {
        "specversion": "1.0",
        "id": "p-1",
        "source": "urn:desk",
        "type": pinned,
        "time": "2026-11-22T14:00:00Z",
        "actor": "person:ana",
        "data": {"external_id": "17", "reason": "It answers most questions.", "until": "2026-11-23T00:00:00Z"},
    }
    assert read_event(event).type == pinned
    assert vocabulary.visibility_of(pinned, "reason") is Visibility.INTERNAL
    assert vocabulary.about(pinned) == ("content", "external_id")
    with pytest.raises(Refused, match="/actor"):
        read_event({name: value for name, value in event.items() if name != "actor"})


PROJECTING = {
    "ObjectRow": ObjectRow,
    "RowKey": RowKey,
    "ObjectProjection": ObjectProjection,
    "Event": Event,
    "Iterable": Iterable,
    "__name__": __name__,
}
HIDING = [
    Event(index, type_, "urn:desk", "2026-11-22T14:00:00.000000Z", "paris", index + 1, {})
    for index, type_ in enumerate(["comment.hidden", "comment.received", "comment.hidden", "comment.unhidden"])
]


def test_a_new_projection_is_a_name_a_version_and_two_functions() -> None:
    names: dict[str, Any] = dict(PROJECTING)
    exec(fences("docs/design.md")["projection"], names)  # noqa: S102 - as above
    hidden: Projection[Any] = names["Hidden"]()
    [row] = rows_of(hidden, [*HIDING, HIDING[0]]).values()
    assert json.loads(row.stored()) == {"hidden": 1, "indexes": [0, 2, 3]}


def test_a_new_view_is_an_answer_and_a_function_from_rows() -> None:
    names = {**PROJECTING, "Public": Public, "Shown": Shown, "Figure": Figure, "figure": figure}
    names |= {"View": View, "Query": Query, "Rows": Rows, "Moment": Moment}
    exec(fences("docs/design.md")["projection"] + fences("docs/design.md")["view"], names)  # noqa: S102 - as above
    view: AnyView = names["HiddenView"]()
    answer = view.render(fold_rows(view, "paris", HIDING), Moment("paris", 4, HIDING[-1].accepted), Query())
    assert disclosed(answer, Visibility.PUBLIC) == {"hidden": {"value": 1, "count": 3, "indexes": [0, 2, 3]}}
