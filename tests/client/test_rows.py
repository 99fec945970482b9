"""Rows of files: however the bytes arrive, each event comes out as it stands, with its line."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.client import json_rows
from ledger.client.cells import read_cells
from ledger.client.csv_rows import read_csv
from ledger.client.field_map import FieldMap, parse_moves
from ledger.client.json_rows import read_json
from ledger.client.rows import Row, read_ndjson, reader_of

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e6, 1e6) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.lists(st.dictionaries(TEXT, VALUES, max_size=4), max_size=5)


def read(document: bytes) -> list[Row]:
    return list(read_json(io.BytesIO(document)))


@given(events=EVENTS, indent=st.sampled_from([None, 1]), chunk=st.integers(1, 40), ascii_only=st.booleans())
def test_a_json_document_read_in_pieces_gives_the_events_that_it_holds(
    events: list[dict[str, Any]],
    indent: int | None,
    chunk: int,
    ascii_only: bool,  # noqa: FBT001 - drawn
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows, "_CHUNK", chunk)
        for document in (events, {"next": [1, "}"], "events": events, "total": 12.5}):
            raw = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
            rows = read(raw)
            assert [row.document for row in rows] == events
            assert not any(row.faults for row in rows)


def test_the_line_of_an_event_in_a_document_is_where_it_begins() -> None:
    rows = read(b'\n[\n  {"a": 1},\n\n  {"a":\n 2}, {"a": 3, "a": 4}\n]')
    assert [(row.line, row.document.get("a")) for row in rows] == [(3, 1), (5, 2), (6, None)]
    assert rows[-1].faults[0].pointer == "/a"


@pytest.mark.parametrize(
    "document", [b"{}", b'{"items": 3}', b"[{}", b"[{},,{}]", b"[", b"", b'{"events": [{}', b"[{}\xff"]
)
def test_a_document_that_breaks_off_says_so_last(document: bytes) -> None:
    assert read(document)[-1].faults[0].detail.startswith("the document breaks off here: ")


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("a.ndjson", b"anything", read_ndjson),
        ("a.csv", b"[]", read_csv),
        ("a", b'{"a": 1}\n{"a": 2}', read_ndjson),
        ("a.json", b'{"a": 1}', read_ndjson),
        ("a.json", b'\xef\xbb\xbf {"items": [\n{}]}', read_json),
        ("a.json", b'{"items": []}', read_json),
        ("a.txt", b"\n[{}]", read_json),
        ("a.txt", b"id,time", read_csv),
    ],
)
def test_the_form_of_a_file_is_known_by_its_name_or_its_beginning(name: str, content: bytes, reader: object) -> None:
    file = io.BytesIO(content)
    assert reader_of(name, file) is reader
    assert file.tell() == 0


def test_a_table_with_broken_rows_goes_on_behind_them() -> None:
    rows = list(read_csv(io.BytesIO(b'a;b\n1;"x\n\ny"\n2;"z"z\n3;\xff\n4;\x00\n\n5;"q""q"\n')))
    assert [(row.line, row.document) for row in rows if not row.faults] == [
        (2, {"a": "1", "b": "x\n\ny"}),
        (9, {"a": "5", "b": 'q"q'}),
    ]
    assert [row.line for row in rows if row.faults] == [5, 6, 7]


def test_an_event_passes_as_it_is_but_for_known_names() -> None:
    fields = FieldMap(defaults={"subject": "paris", "source": "urn:other"})
    event = {"type": "comment.received", "source": "urn:a", "id": "1", "data": {"company": "ACME", "text": "x"}}
    assert fields.event(event) == event | {"subject": "paris", "data": {"text": "x", "account": "ACME"}}
    assert fields.renamed == {"data.company → data.account"}
    own = {"type": "custom.visit", "data": {"company": "ACME"}}
    assert fields.event(own)["data"] == {"company": "ACME"}
    both = {"type": "comment.received", "data": {"company": "ACME", "account": "other"}}
    assert fields.event(both)["data"] == both["data"], "nothing is overwritten"


def test_columns_move_to_fields_and_others_are_left_out_and_named() -> None:
    fields = FieldMap(parse_moves(["id=key", "data.external_id=key", "data.metrics.likes=hearts"]), flat=True)
    row = {"key": "7", "hearts": 3, "data.text": "words", "time": "now", "mood": "sad"}
    assert fields.event(row) == {
        "time": "now",
        "id": "7",
        "data": {"text": "words", "external_id": "7", "metrics": {"likes": 3}},
    }
    assert fields.left_out == {"mood"}


def test_cells_become_what_their_field_takes() -> None:
    data = {"text": "7", "revision": "7", "in_reply_to": "", "lang": "", "author": "007", "is_reply_to_us": "true"}
    event = read_cells({"type": "comment.received", "subject": "", "data": data})
    assert event == {
        "type": "comment.received",
        "data": {
            "text": "7",
            "revision": 7,
            "in_reply_to": None,
            "lang": None,
            "author": "007",
            "is_reply_to_us": True,
        },
    }
    assert read_cells({"type": "comment.received", "data": {"text": ""}})["data"] == {"text": ""}
