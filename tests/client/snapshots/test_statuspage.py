"""Pages in Statuspage's shape: whatever they and their keepers vary in, the same items come out."""

import gzip
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.client.snapshots.snapshot import Asked
from ledger.client.snapshots.statuspage import read_statuspage
from tests.client.snapshots.kept import history, ids, incident, items, one, snapshots, summary, update, write

AT = "2026-11-21T12:00:00Z"
SHOWN = incident("a", update("a2", "<b>Second</b>", "2026-11-20T11:00:00.500-06:00"), update("a1"))


def test_a_summary_is_partial_and_keeps_the_words_as_they_are(tmp_path: Path) -> None:
    file = write(tmp_path / "summary.json", summary(SHOWN))
    snapshot = one(file, Asked(taken_at=datetime(2026, 11, 21, 12, tzinfo=UTC)))
    assert json.loads(next(snapshot.lines())) == {
        "snapshot": "snapshot/1",
        "platform": "web",
        "account": "status.example.com",
        "kind": "page",
        "window": {"from": "2026-11-20T10:00:00.123Z", "to": AT},
        "taken_at": AT,
        "completeness": "partial",
        "file_sha256": sha256(file.read_bytes()).hexdigest(),
        "url": "https://status.example.com",
    }
    first, second, third = items(snapshot)
    assert first == {"kind": "incident", "external_id": "a", "title": "Trouble a"}
    assert (second["external_id"], second["shown_at"]) == ("a1", "2026-11-20T10:00:00.123Z")
    assert third == {
        "kind": "update",
        "external_id": "a2",
        "incident": "a",
        "title": "Trouble a",
        "text": "<b>Second</b>",
        "status": "investigating",
        "shown_at": "2026-11-20T17:00:00.500Z",
    }


@pytest.mark.parametrize(
    ("document", "completeness"),
    [
        (history(incident("a", status="resolved"), incident("b")), "complete"),
        (history(incident("a", status="investigating")), "partial"),  # may as well be unresolved.json
        (history(incident("a", status="resolved"), snapshot_at=AT), "complete"),
        ({"snapshot_at": AT, "data": history(incident("a", status="resolved"))}, "complete"),
        (history(incident("a", status="resolved"), page_status={"indicator": "none"}), "partial"),
        ({"incidents": [incident("a", status="resolved")]}, "partial"),  # cut out of something
        (history(incident("a", status="resolved"), {"id": "b", "name": "Of no time"}), "partial"),
        (summary(incident("a", status="resolved")), "partial"),
    ],
)
def test_only_a_list_of_what_is_over_too_claims_to_be_complete(
    tmp_path: Path, document: dict[str, Any], completeness: str
) -> None:
    asked = Asked(account="page", taken_at=datetime(2026, 11, 21, 12, tzinfo=UTC))
    snapshot = one(write(tmp_path / "page.json", document), asked)
    assert snapshot.header.completeness == completeness
    assert one(tmp_path / "page.json", Asked(account="p", completeness="partial")).header.completeness == "partial"


def test_a_history_is_complete_from_its_oldest_incident_on(tmp_path: Path) -> None:
    late = incident("b", update("b1", at="2026-11-19T10:00:00Z"), at="2026-11-19T09:00:00Z", status="resolved")
    snapshot = one(write(tmp_path / "20261121T120000Z.json", history(SHOWN, late)))
    assert snapshot.header.window.model_dump() == {"from_": "2026-11-19T09:00:00Z", "to": AT}


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda page: page,
        lambda page: {"snapshot_at": "x", "summary": page},
        lambda page: {"meta": {"by": "cron"}, "data": {"response": page}},
        lambda page: {"body": json.dumps(page), "fetched_at": "2026-11-20T00:00:00Z"},
        lambda page: page | {"incidents": {each["id"]: each for each in page["incidents"]}},
        lambda page: page | {"incidents": page["incidents"] * 2, "components": ["API", {"name": "Web"}]},
        lambda page: page | {"incidents": [], "scheduled_maintenances": page["incidents"]},
        lambda page: page["incidents"],
        lambda page: {"active_incidents": page["incidents"], "recent_incidents": []},
    ],
)
def test_however_a_page_is_wrapped_its_items_are_the_same(tmp_path: Path, wrapped: Any) -> None:
    page = summary(SHOWN, incident("b"))
    snapshot = one(write(tmp_path / "page.json", wrapped(page)), Asked(account="page"))
    assert ids(items(snapshot)) == [("incident", "a"), ("update", "a1"), ("update", "a2"), ("incident", "b")]


def test_what_is_optional_may_be_missing_or_null(tmp_path: Path) -> None:
    bare = {"id": 7, "name": None, "components": None, "incident_updates": [{"body": None, "created_at": "2026-11-20"}]}
    snapshot = one(
        write(tmp_path / "page.json", {"incidents": [bare, {"id": "b", "name": "No\tupdates\n"}]}), Asked(account="p")
    )
    assert items(snapshot) == [
        {"kind": "incident", "external_id": "7", "title": "(untitled)"},
        {
            "kind": "update",
            "external_id": "7 2026-11-20T00:00:00Z",
            "incident": "7",
            "title": "(untitled)",
            "text": "",
            "shown_at": "2026-11-20T00:00:00Z",
        },
        {"kind": "incident", "external_id": "b", "title": "No updates"},
    ]


def test_an_update_that_nothing_names_is_left_out_and_told(tmp_path: Path) -> None:
    document = summary(incident("a", {"body": "When?"}, update("a1")), {"status": "resolved"}, "nonsense")  # type: ignore[arg-type]
    found, faults = snapshots(write(tmp_path / "page.json", document))
    assert faults == []
    assert ids(items(found[0])) == [("incident", "a"), ("update", "a1")]
    assert [note.split(" left out")[0] for note in found[0].notes] == [
        "incidents/0/updates/0",
        "incidents/1",
        "incidents/2",
    ]


def test_an_update_without_an_id_keeps_its_name_when_it_is_rewritten(tmp_path: Path) -> None:
    texts: dict[str, list[str]] = {}
    for body in ("Before", "After"):
        shown = update(None, body, at="2026-11-20T10:00:00.123Z") | {"updated_at": "2026-11-20T12:00:00Z"}
        _, item = items(one(write(tmp_path / f"{body}.json", summary(incident("a", shown)))))
        texts.setdefault(item["external_id"], []).append(item["text"])
    assert list(texts.values()) == [["Before", "After"]]


def test_of_two_copies_in_one_snapshot_the_later_counts_and_without_a_later_it_is_refused(tmp_path: Path) -> None:
    def told(first: str | None, second: str | None) -> Any:
        copies = update("a1", "Old", updated_at=first), update("a1", "New", updated_at=second)
        return snapshots(write(tmp_path / "page.json", summary(incident("a", copies[0]), incident("a", copies[1]))))

    found, _ = told("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")
    assert [item.get("text") for item in items(found[0])] == [None, "New"]
    for times in ((None, None), ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z")):
        found, [(name, line, fault)] = told(*times)
        assert (found, name, line) == ([], "page.json", 1)
        assert "twice with different words" in fault.detail


def test_an_update_under_two_incidents_is_refused(tmp_path: Path) -> None:
    page = summary(incident("a", update("u")), incident("b", update("u")))
    found, [(_, _, fault)] = snapshots(write(tmp_path / "page.json", page))
    assert found == []
    assert "two incidents" in fault.detail


def test_halves_of_characters_and_nul_are_replaced_and_numbers_may_be_long(tmp_path: Path) -> None:
    body = update("a1", tweet_id=2**70)
    raw = json.dumps(summary(incident("a", body))).replace("Words.", "W\\ud83dords\\u0000.\\r")
    (tmp_path / "page.json").write_text(raw)
    assert items(one(tmp_path / "page.json"))[1]["text"] == "W\ufffdords\ufffd.\r"


def test_a_compressed_page_is_the_page(tmp_path: Path) -> None:
    plain = write(tmp_path / "page.json", summary(SHOWN))
    packed = tmp_path / "page.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    one_, other = one(plain), one(packed)
    assert items(one_) == items(other)
    assert one_.header.file_sha256 == other.header.file_sha256
    packed.write_bytes(packed.read_bytes()[:-20])
    _, [(_, _, fault)] = snapshots(packed)
    assert "not whole gzip" in fault.detail


LABEL = st.text(st.characters(categories=["L", "N"], max_codepoint=0x2FF), min_size=1, max_size=5)
MOMENT = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
UPDATE = st.tuples(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9), MOMENT)
PAGES = st.dictionaries(LABEL, st.dictionaries(LABEL, UPDATE, max_size=3), max_size=4)


@given(page=PAGES, draw=st.data())
def test_what_is_rendered_is_read_again_in_whatever_order_and_spelling(
    page: dict[str, Any], draw: st.DataObject
) -> None:
    shown = []
    for id_, updates in page.items():
        told = [update(f"{id_}/{each}", text, at.isoformat()) for each, (text, at) in updates.items()]
        shown.append(incident(id_, *draw.draw(st.permutations(told))))
    order = draw.draw(st.permutations(shown))
    read = read_statuspage(json.loads(json.dumps(summary(*order))))
    assert read is not None
    assert {
        each.id: {one.id.partition("/")[2]: (one.text, one.shown_at) for one in each.updates} for each in read.incidents
    } == page
