"""The sample crisis: valid by the vocabulary, whole, and with every turn a reader should meet in a timeline."""

import hashlib
import json
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.envelope import Posted, read_event
from events.strict import parse_object
from events.vocabulary import VOCABULARY

CRISIS = Path(__file__).resolve().parents[2] / "ledger" / "demo" / "crisis.ndjson"
START = datetime(2026, 11, 20, 16, 40, tzinfo=UTC)
NUMBERED = {"urn:connector:x:ligneclaire", "urn:connector:mastodon:ligneclaire"}

Line = dict[str, Any]


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return [parse_object(raw) for raw in CRISIS.read_bytes().splitlines()]


def of_type(lines: list[Line], type_name: str) -> list[Line]:
    return [line for line in lines if line["type"] == type_name]


def resolved(value: Any, indexes: dict[str, int]) -> Any:
    """Replace the placeholders: `{"id_of": <event id>}` by the event's index, `{"at": <seconds>}` by a time."""
    match value:
        case {"id_of": name, **rest} if not rest:
            return indexes[name]
        case {"at": seconds, **rest} if not rest:
            return (START + timedelta(seconds=seconds)).isoformat()
        case dict():
            return {name: resolved(item, indexes) for name, item in value.items()}
        case list():
            return [resolved(item, indexes) for item in value]
    return value


def posted(lines: list[Line]) -> list[Posted]:
    indexes: dict[str, int] = {}
    found = []
    for index, line in enumerate(lines):
        envelope = {name: value for name, value in line.items() if name != "at"}
        envelope["data"] = resolved(line["data"], indexes)
        indexes[line["id"]] = index
        time = (START + timedelta(seconds=line["at"])).isoformat()
        found.append(read_event(envelope | {"specversion": "1.0", "time": time}))
    return found


def sha256(text: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def test_every_line_is_an_event_and_refers_only_to_events_before_it(lines: list[Line]) -> None:
    events = posted(lines)
    assert len({(event.source, event.id) for event in events}) == len(lines) > 300
    assert not any(event.recorded_by_service for event in events)


def test_replies_outcomes_and_measures_concern_contents_that_were_received_before(lines: list[Line]) -> None:
    known = {"7741200318_18350": "our first update on that platform"}
    for line in lines:
        data, about = line["data"], VOCABULARY[line["type"]].about
        creates = line["type"] in {"comment.received", "reply.posted"}
        if creates:
            assert data["external_id"] not in known, line["id"]
            known[data["external_id"]] = line["id"]
        elif about and about[0] in {"content", "thread"}:
            assert data[about[1]] in known, line["id"]
        assert data.get("in_reply_to") is None or data["in_reply_to"] in known, line["id"]
        assert set(data.get("cascade_ids", ())) <= known.keys(), line["id"]


def test_every_comment_is_answered_by_a_person_or_has_an_outcome(lines: list[Line]) -> None:
    answered = {line["data"]["in_reply_to"] for line in of_type(lines, "reply.posted") if "person:" in line["actor"]}
    settled = {line["data"]["external_id"] for line in of_type(lines, "comment.outcome_set")}
    received = {line["data"]["external_id"] for line in of_type(lines, "comment.received")}
    assert len(received) >= 140
    assert received <= answered | settled


def test_one_promised_update_came_late_and_the_others_in_time(lines: list[Line]) -> None:
    updates = [line for line in of_type(lines, "update.published") if line["data"].get("status")]
    due = [(update["data"]["next_update_due"] or {}).get("at") for update in updates]
    assert updates[-1]["data"]["next_update_due"] is None
    late = [after["id"] for promise, after in zip(due[:-1], updates[1:], strict=True) if after["at"] > promise]
    assert late == ["update-5"]


def test_a_wrong_update_was_corrected_and_an_unfit_one_withdrawn_in_the_open(lines: list[Line]) -> None:
    published = {line["data"]["update_id"] for line in of_type(lines, "update.published")}
    changed = [of_type(lines, name)[0]["data"]["update_id"] for name in ("update.corrected", "update.withdrawn")]
    assert changed == ["point-2", "promo-week-end"]
    assert set(changed) <= published


def test_the_hashes_of_what_was_changed_are_those_of_the_words_before(lines: list[Line]) -> None:
    words = {
        line["data"]["external_id"]: line["data"]["text"]
        for line in lines
        if "text" in line["data"] and "external_id" in line["data"]
    }
    (edited,) = of_type(lines, "comment.edited_by_author")
    assert edited["data"]["before_sha"] == sha256(words[edited["data"]["external_id"]])
    for line in [*of_type(lines, "reply.edited"), *of_type(lines, "reply.withdrawn")]:
        assert line["data"]["before_sha256"] == sha256(words[line["data"]["external_id"]])
    texts = {sha256(line["data"]["text"]) for line in lines if "text" in line["data"]}
    for name in ("reply.approved", "update.drafted", "update.approved"):
        assert {line["data"]["text_sha256"] for line in of_type(lines, name)} <= texts


def test_what_was_hidden_wrongly_or_removed_stands_again(lines: list[Line]) -> None:
    hidden = [line["data"]["target"] for line in of_type(lines, "comment.hidden")]
    (unhidden,) = of_type(lines, "comment.unhidden")
    (removed,) = of_type(lines, "comment.removed")
    (restored,) = of_type(lines, "comment.restored")
    assert unhidden["data"]["target"] in hidden
    assert restored["data"]["target"] == removed["data"]["target"]
    assert restored["data"]["cascade_ids"] == removed["data"]["cascade_ids"] != []
    assert restored["actor"] != removed["actor"], "a removal is reviewed by someone else"
    assert removed["data"]["statement_of_reasons"]["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"


def test_a_comment_from_outside_the_incident_is_linked_into_it(lines: list[Line]) -> None:
    outside = [line["id"] for line in lines if "subject" not in line]
    assert outside == [line["data"]["target_event"]["id_of"] for line in of_type(lines, "event.linked")]
    assert len({line["subject"] for line in lines if "subject" in line}) == 1


def test_numbered_sources_leave_one_gap_that_is_filled_later(lines: list[Line]) -> None:
    numbers: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        if "sequence" in line:
            numbers[line["source"]].append(line["sequence"])
    assert numbers.keys() == NUMBERED
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())
    in_order = {source: found == sorted(found) for source, found in numbers.items()}
    assert in_order == {"urn:connector:x:ligneclaire": False, "urn:connector:mastodon:ligneclaire": True}


def test_some_events_were_recorded_long_after_they_happened(lines: list[Line]) -> None:
    latest, late = 0.0, []
    for line in lines:
        if line["at"] < latest - 600:
            late.append(line["id"])
        latest = max(latest, line["at"])
    assert late == ["comment-058", "comment-059", "comment-061", "comment-068"]


def test_about_half_of_what_is_said_is_french(lines: list[Line]) -> None:
    said = Counter(line["data"]["lang"] for line in lines if "lang" in line["data"])
    assert said.keys() == {"fr", "en"}
    assert 0.45 <= said["fr"] / said.total() <= 0.6


def test_every_turn_of_a_crisis_is_told(lines: list[Line]) -> None:
    untold = set(VOCABULARY) - {line["type"] for line in lines}
    assert {name for name in untold if not name.startswith("ingest.")} == {
        "comment.observed_missing",
        "comment.unassigned",
        "update.observed_changed",
        "incident.merged",
        "incident.split",
        "incident.reopened",
        "incident.linked",
        "reactions.limited",
        "author.muted",
        "author.unblocked",
    }


def test_the_file_holds_one_compact_line_an_event(lines: list[Line]) -> None:
    assert CRISIS.read_text().splitlines() == [json.dumps(line, ensure_ascii=False) for line in lines]
