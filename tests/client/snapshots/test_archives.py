"""Files, folders and lines of snapshots: each is found, dated, and brought into order; a bad one is named."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.client.snapshots import pieces
from ledger.client.snapshots.moments import moment_in_name, read_moment, spell
from ledger.client.snapshots.snapshot import Asked
from tests.client.snapshots.kept import incident, items, one, snapshots, summary, update, write

PAGE = Asked(account="page")


def taken(found: list[Any]) -> list[str]:
    return [snapshot.header.taken_at for snapshot in found]


def at(hour: int, key: str = "snapshot_at", **more: Any) -> dict[str, Any]:
    return {key: f"2026-11-20T{hour:02}:00:00+00:00", "commit": "f" * 40, **summary(incident("a"), **more)}


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2025-11-10T13:21:48+00:00", "2025-11-10T13:21:48Z"),
        ("2025-11-10T13:21:48.500Z", "2025-11-10T13:21:48.500Z"),
        ("2025-11-10 14:21:48 +0100", "2025-11-10T13:21:48Z"),
        ("2025-11-10 13:21:48 UTC", "2025-11-10T13:21:48Z"),
        ("2025-11-10 13:21:48", "2025-11-10T13:21:48Z"),
        ("20251110T132148Z", "2025-11-10T13:21:48Z"),
        ("Mon, 10 Nov 2025 08:21:48 -0500", "2025-11-10T13:21:48Z"),
        (1762780908, "2025-11-10T13:21:48Z"),
        (1762780908500, "2025-11-10T13:21:48.500Z"),
        ("1762780908", "2025-11-10T13:21:48Z"),
    ],
)
def test_a_time_is_read_in_every_common_spelling(value: object, moment: str) -> None:
    read = read_moment(value)
    assert read is not None
    assert spell(read) == moment


@pytest.mark.parametrize("value", [None, "", "soon", True, [], 7, "x" * 99, "9" * 13 + "9"])
def test_what_is_no_time_is_none(value: object) -> None:
    assert read_moment(value) is None


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("2025-11-10T13:21:48Z.json", "2025-11-10T13:21:48Z"),
        ("summary-2025-11-10T13-21-48.json", "2025-11-10T13:21:48Z"),
        ("20251110132148.json.gz", "2025-11-10T13:21:48Z"),
        ("2025/11/10/13-21.json", "2025-11-10T13:21:00Z"),
        ("2025-11-10/132148-summary.json", "2025-11-10T13:21:48Z"),
        ("page_20251110_132148.json", "2025-11-10T13:21:48Z"),
        ("20251110T142148+0100.json", "2025-11-10T13:21:48Z"),
        ("1762780908.json", "2025-11-10T13:21:48Z"),
        ("2025-11-10.json", "2025-11-10T00:00:00Z"),
        ("summary.json", None),
        ("8gmgl950y3h7-20259999.json", None),
    ],
)
def test_a_name_tells_the_time(name: str, moment: str | None) -> None:
    read = moment_in_name(name)
    assert (read and spell(read)) == moment


@pytest.mark.parametrize("key", ["snapshot_at", "taken_at", "fetched_at", "captured_at", "timestamp", "committed_date"])
def test_lines_newest_first_come_oldest_first(tmp_path: Path, key: str) -> None:
    file = write(tmp_path / "history.ndjson", at(3, key), at(2, key), at(1, key))
    found, faults = snapshots(file)
    assert (taken(found), faults) == ([f"2026-11-20T0{hour}:00:00Z" for hour in (1, 2, 3)], [])


def test_the_time_may_stand_beside_the_page(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ndjson", *({"meta": {"ts": 1762780908 + n}, "page": summary()} for n in (1, 0)))
    assert taken(snapshots(file)[0]) == ["2025-11-10T13:21:48Z", "2025-11-10T13:21:49Z"]


def test_a_list_of_snapshots_is_many_and_a_list_of_incidents_is_one(tmp_path: Path) -> None:
    pages = [at(2), at(1) | {"x": "é"}, at(0)]
    for indent in (None, 1):
        found, faults = snapshots(write(tmp_path / "pages.json", pages, indent=indent))
        assert (taken(found), faults) == ([f"2026-11-20T0{hour}:00:00Z" for hour in (0, 1, 2)], [])
    raw = (tmp_path / "pages.json").read_bytes()
    alone = one(write(tmp_path / "page.json", pages[1], indent=1))
    assert alone.header.file_sha256 != found[1].header.file_sha256
    assert raw.count(b"snapshot_at") == 3
    assert one(write(tmp_path / "incidents.json", [incident("a"), incident("b")]), PAGE).size == 2


def test_a_line_keeps_its_hash_when_others_are_added_behind_it(tmp_path: Path) -> None:
    first = one(write(tmp_path / "a.ndjson", at(1))).header
    assert snapshots(write(tmp_path / "a.ndjson", at(1), at(2)))[0][0].header == first


def test_a_bad_snapshot_is_named_and_nothing_of_the_others_is_lost(tmp_path: Path) -> None:
    file = write(tmp_path / "history.ndjson", at(2))
    with file.open("ab") as out:
        for line in (
            b"{broken",
            b"",
            b'{"snapshot_at": "2026-11-20T05:00:00Z", "error": 502}',
            b'{"a": 1, "a": 2}',
            b"\xff",
        ):
            out.write(line + b"\n")
        out.write(json.dumps(at(1)).encode() + b"\n")
        out.write(json.dumps(summary(page={"name": "No time"})).encode())
    found, faults = snapshots(file)
    assert taken(found) == ["2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z"]
    assert sorted((line, fault.detail.split(":")[0].split(";")[0]) for _, line, fault in faults) == [
        (2, "not JSON"),
        (4, "there is no list of incidents in it"),
        (5, "an object has a key twice"),
        (6, "not UTF-8 at byte 0"),
        (8, "nothing says when it was taken"),
    ]


def test_a_broken_first_line_stops_none_of_the_others(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    file.write_text("{broken\n" + json.dumps(at(1)) + "\n" + json.dumps(at(2)) + "\n")
    found, [(_, line, _)] = snapshots(file)
    assert (len(found), line) == (2, 1)
    file.write_text(json.dumps(at(1), indent=1)[:-30])
    found, [(_, line, fault)] = snapshots(file)
    assert (found, line, fault.detail.startswith("not JSON")) == ([], 1, True)


def test_a_folder_is_read_by_what_tells_the_time_best(tmp_path: Path) -> None:
    write(tmp_path / "z/2026-11-20T01-00-00Z.json", summary())
    write(tmp_path / "a.json", at(2))
    packed = tmp_path / "2026/11/20/03.00.00.json.gz"
    packed.parent.mkdir(parents=True)
    packed.write_bytes(gzip.compress(json.dumps(summary()).encode()))
    write(
        tmp_path / "copied.json", summary()
    )  # the page's own updated_at: files are copied, and then as old as the copy
    write(tmp_path / ".git/old.json", at(4))
    (tmp_path / "README.md").write_text("No data.")
    found, faults = snapshots(tmp_path)
    hours = [f"2026-11-20T0{hour}:00:00Z" for hour in (1, 2, 3)]
    assert (taken(found), faults) == ([*hours, "2026-11-21T00:00:00Z"], [])


def test_a_file_alone_was_taken_when_it_was_written(tmp_path: Path) -> None:
    file = write(tmp_path / "summary.json", summary())
    os.utime(file, (1762780908, 1762780908))
    assert one(file).header.taken_at == "2025-11-10T13:21:48Z"
    assert one(file, Asked(taken_at=datetime(2026, 1, 1, tzinfo=UTC))).header.taken_at == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a format that is known"),
        (b"Only words.", "not a format that is known"),
        (b"<!doctype html><p>Status</p>", "HTML or XML"),
        (b'{"status": {"indicator": "none"}}', "there is no list of incidents"),
        (b'"text"', "not a format that is known"),
        (b'{"page":', "not JSON"),
        (b"[]", None),
    ],
)
def test_what_is_nothing_known_is_refused_with_what_was_expected(
    tmp_path: Path, content: bytes, said: str | None
) -> None:
    (tmp_path / "file.json").write_bytes(content)
    found, faults = snapshots(tmp_path / "file.json", PAGE)
    if said is None:
        assert (len(found), faults) == (1, [])
    else:
        [(_, _, fault)] = faults
        assert said in fault.detail
        assert said == "not JSON" or "Statuspage" in fault.detail


def test_no_document_is_held_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MAX_DOCUMENT", 2000)
    write(tmp_path / "page.json", summary(incident("a", update("u", "x" * 3000))), indent=1)
    write(tmp_path / "page.ndjson", at(1), at(2, status="x" * 3000))
    for name in ("page.json", "page.ndjson"):
        found, faults = snapshots(tmp_path / name)
        assert "at most 2,000 bytes" in faults[0][2].detail
        assert len(found) == (name == "page.ndjson")


def test_the_real_page_is_read_whole(shared_data: Path) -> None:
    file = shared_data / "cloudflare_status_snapshots_2025-11.ndjson"
    raw = [json.loads(line) for line in file.read_bytes().splitlines()]
    found, faults = snapshots(file, PAGE)
    assert faults == []
    assert len(found) == len(raw)
    for snapshot, page in zip(found, raw, strict=True):
        updates = {one["id"]: one["body"] for each in page["incidents"] for one in each["incident_updates"]}
        assert {item["external_id"]: item["text"] for item in items(snapshot) if item["kind"] == "update"} == updates
        assert snapshot.header.completeness == "partial"
        assert snapshot.notes == ()
