"""Our own formats: snapshot/1 as lines or as a document, and tables."""

import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.client.snapshots.snapshot import Asked
from tests.client.snapshots.kept import Kept, items, one, snapshots, write

AT = "2026-11-22T14:00:00Z"
HEADER = {
    "snapshot": "snapshot/1",
    "platform": "x",
    "account": "acme",
    "kind": "account",
    "window": {"from": "2026-11-21T00:00:00Z", "to": AT},
    "taken_at": AT,
    "completeness": "complete",
    "file_sha256": "ab" * 32,
    "captured_with": "our connector 3",
    "counts": {"comments": 2},
}
ITEMS: list[dict[str, Any]] = [
    {"kind": "comment", "external_id": "1", "text": "Hé?", "visible": True, "created_at": "2026-11-21T09:00:00Z"},
    {"kind": "reply", "external_id": "2", "text_sha256": "cd" * 32, "visible": False, "moderated": "hidden"},
]
ASKED = Asked(platform="x", account="acme", taken_at=datetime(2026, 11, 22, 14, tzinfo=UTC))


@pytest.mark.parametrize("indent", [None, 1])
def test_lines_and_document_say_the_same(tmp_path: Path, indent: int | None) -> None:
    lines = one(write(tmp_path / "lines.ndjson", HEADER, *ITEMS))
    document = one(write(tmp_path / "document.json", {"snapshot": HEADER, "items": ITEMS}, indent=indent))
    for snapshot in (lines, document):
        assert [json.loads(line) for line in snapshot.lines()] == [HEADER, *ITEMS]
        assert snapshot.counts == {"comment": 1, "reply": 1}


def test_what_the_header_leaves_open_is_filled_in_and_what_is_asked_for_goes_before(tmp_path: Path) -> None:
    file = write(tmp_path / "some.json", {"snapshot": "snapshot/1", "platform": "x"}, *ITEMS)
    header = one(file, Asked(account="other", taken_at=datetime(2026, 11, 22, 14, tzinfo=UTC))).header
    assert (header.account, header.kind, header.completeness) == ("other", "account", "partial")
    assert (header.window.from_, header.window.to, header.taken_at) == ("2026-11-21T09:00:00Z", AT, AT)
    whole = write(tmp_path / "whole.json", HEADER, *ITEMS)
    since = datetime(2026, 11, 20, tzinfo=UTC)
    asked = one(whole, Asked(platform="y", completeness="partial", window_from=since)).header
    assert (asked.platform, asked.account, asked.completeness) == ("y", "acme", "partial")
    assert asked.window.from_ == "2026-11-20T00:00:00Z"


def test_totals_alone_need_no_items(tmp_path: Path) -> None:
    snapshot = one(write(tmp_path / "totals.json", HEADER | {"completeness": "counts_only"}))
    assert (snapshot.size, snapshot.header.counts) == (0, {"comments": 2})


def test_bad_items_are_named_by_line_and_place_and_the_snapshots_beside_are_read(tmp_path: Path) -> None:
    later = HEADER | {"taken_at": "2026-11-22T15:00:00Z"}
    bad = [ITEMS[0] | {"visible": "yes"}, ITEMS[1] | {"mood": "sad"}, {"kind": "update", "external_id": "3"}]
    file = write(tmp_path / "two.ndjson", HEADER, ITEMS[0], *bad, later, *ITEMS)
    with file.open("a") as out:
        out.write('{"kind": "comment", "kind": "reply"}\n')
    found, faults = snapshots(file)
    assert found == []
    assert [(line, fault.pointer) for _, line, fault in faults] == [
        (3, "/visible"),
        (4, "/mood"),
        (5, "/kind"),
        (9, "/kind"),
    ]
    write(file, HEADER, *bad, later, *ITEMS)
    found, faults = snapshots(file)
    assert [snapshot.header.taken_at for snapshot in found] == ["2026-11-22T15:00:00Z"]
    assert len(faults) == 3


def test_a_text_that_quotes_the_format_is_an_item(tmp_path: Path) -> None:
    told = ITEMS[0] | {"text": 'They post "snapshot/1" now.'}
    quoting = json.dumps(told).replace('\\"', '"').replace('"They', "'They")
    assert items(one(write(tmp_path / "some.ndjson", HEADER, told))) == [told]
    assert '"snapshot/1"' in quoting


def test_many_snapshots_stand_in_one_file_and_come_in_order_of_time(tmp_path: Path) -> None:
    earlier = HEADER | {"taken_at": "2026-11-22T13:00:00Z"}
    document = {"snapshot": HEADER | {"taken_at": "2026-11-22T12:00:00Z"}, "items": ITEMS}
    found, faults = snapshots(write(tmp_path / "many.ndjson", HEADER, *ITEMS, earlier, ITEMS[0], document))
    assert faults == []
    assert [(each.header.taken_at[11:13], each.size) for each in found] == [("12", 2), ("13", 1), ("14", 2)]


def table(path: Path, *rows: bytes) -> Path:
    path.write_bytes(b"\r\n".join(rows) + b"\r\n")
    return path


def test_a_table_is_read_as_bytes_and_an_empty_cell_is_absent(tmp_path: Path) -> None:
    file = table(
        tmp_path / "acme.csv",
        b"\xef\xbb\xbfkind;external_id;text;visible;created_at;moderated",
        'comment;1;"one\rtwo;\n""three"" é";true;2026-11-21T09:00:00Z;'.encode(),
        b"reply;2;;no;;hidden",
    )
    snapshot = one(file, ASKED)
    assert items(snapshot) == [
        {
            "kind": "comment",
            "external_id": "1",
            "text": 'one\rtwo;\n"three" é',
            "visible": True,
            "created_at": "2026-11-21T09:00:00Z",
        },
        {"kind": "reply", "external_id": "2", "visible": False, "moderated": "hidden"},
    ]
    assert snapshot.header.file_sha256 == sha256(file.read_bytes()).hexdigest()
    assert snapshot.header.window.from_ == "2026-11-21T09:00:00Z"


def test_a_table_of_a_page_has_incidents_and_updates(tmp_path: Path) -> None:
    file = table(
        tmp_path / "page.csv",
        b"kind,external_id,incident,title,text,shown_at",
        b"incident,i1,,Outage,,",
        b"update,u1,i1,Outage,,2026-11-21T09:00:00Z",
    )
    assert items(one(file, ASKED)) == [
        {"kind": "incident", "external_id": "i1", "title": "Outage"},
        {
            "kind": "update",
            "external_id": "u1",
            "incident": "i1",
            "title": "Outage",
            "text": "",
            "shown_at": "2026-11-21T09:00:00Z",
        },
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            b"kind,id,text",
            "no snapshot has a column id; there is no column external_id. A table of kind account has kind, ",
        ),
        (b"kind,external_id,visble", "no snapshot has a column visble"),
        (b"kind,external_id,incident,text,shown_at", "there is no column title. A table of kind page has"),
        (b"kind,external_id,external_id", "a column stands twice"),
    ],
)
def test_wrong_columns_are_named_with_those_expected(tmp_path: Path, header: bytes, said: str) -> None:
    found, [(name, line, fault)] = snapshots(table(tmp_path / "a.csv", header, b"comment,1,x"), ASKED)
    assert (found, name, line) == ([], "a.csv", 1)
    assert said in fault.detail


def test_wrong_cells_are_named_by_line(tmp_path: Path) -> None:
    rows = (
        b"kind,external_id,visible,created_at",
        b"comment,1,maybe,",
        b"comment,2",
        b"comment,3,,yesterday",
        b"comment,\xff,,",
    )
    _, faults = snapshots(table(tmp_path / "a.csv", *rows), ASKED)
    assert [(line, fault.pointer) for _, line, fault in faults] == [
        (2, "/visible"),
        (3, ""),
        (4, "/created_at"),
        (5, "/external_id"),
    ]


WORD = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=9)
ITEM = st.fixed_dictionaries(
    {"kind": st.sampled_from(["comment", "reply"]), "external_id": WORD, "visible": st.booleans()},
    optional={"text": TEXT, "moderated": st.sampled_from(["hidden", "removed"]), "moderated_by": WORD},
)


@given(shown=st.lists(ITEM, max_size=5))
def test_what_is_rendered_is_read_again(tmp_path_factory: pytest.TempPathFactory, shown: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    assert items(one(write(folder / "a.ndjson", HEADER, *shown))) == shown
    columns = ["kind", "external_id", "visible", "text", "moderated", "moderated_by"]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**each, "visible": str(each["visible"]).lower()} for each in shown)
    (folder / "a.csv").write_bytes(out.getvalue().encode())
    assert items(one(folder / "a.csv", ASKED)) == shown


def test_a_format_that_was_asked_for_is_the_one(tmp_path: Path) -> None:
    page = write(tmp_path / "page.json", {"incidents": []})

    def faults(found: Kept) -> list[str]:
        return [fault.detail for _, _, fault in found[1]]

    assert "no column external_id" in faults(snapshots(page, ASKED, "csv"))[0]
    assert "expected snapshot/1 here" in faults(snapshots(page, ASKED, "snapshot"))[0]
    assert faults(snapshots(page, ASKED, "statuspage")) == []
