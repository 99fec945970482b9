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
from events.subject import Subject, author_hash
from events.vocabulary import VOCABULARY, Practice

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
        assert {*data.get("cascade_ids", ()), *data.get("comments", ())} <= known.keys(), line["id"]
        named = data.get("external_id") if line["type"].startswith(("solution.", "commitment.")) else None
        assert named is None or named in known, line["id"]


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


def test_what_was_told_outside_the_incident_is_linked_into_it_where_it_belongs(lines: list[Line]) -> None:
    outside = {line["id"]: line for line in lines if "subject" not in line}
    linked = [line["data"]["target_event"]["id_of"] for line in of_type(lines, "event.linked")]
    assert linked == ["plan-3", "comment-001"]
    others = [line for name, line in outside.items() if name not in linked]
    assert {line["type"].partition(".")[0] for line in others} == {"monitor", "drill", "role"}
    assert all(line["at"] < 0 for line in others), "preparation comes before the crisis"
    assert len({line["subject"] for line in lines if "subject" in line}) == 1


def test_an_exercise_stays_outside_the_incident_and_is_told_as_one_from_start_to_end(lines: list[Line]) -> None:
    (started,), (finished,) = of_type(lines, "drill.started"), of_type(lines, "drill.finished")
    assert started["data"]["scenario"] == finished["data"]["scenario"]
    during = [line for line in lines if started["at"] <= line["at"] <= finished["at"]]
    assert [line for line in lines if line["data"].get("exercise")] == during
    assert not any("subject" in line for line in during)


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
    latest, late = lines[0]["at"], []
    for line in lines:
        if line["at"] < latest - 600:
            late.append(line["id"])
        latest = max(latest, line["at"])
    assert late == ["comment-058", "comment-059", "comment-061", "comment-068"]


def test_about_half_of_what_is_said_is_french(lines: list[Line]) -> None:
    said = Counter(line["data"]["lang"] for line in lines if "lang" in line["data"])
    assert said.keys() == {"fr", "en"}
    assert 0.45 <= said["fr"] / said.total() <= 0.6


def test_every_practice_and_the_law_are_told_by_many_of_their_types(lines: list[Line]) -> None:
    told = {line["type"] for line in lines}
    served = Counter(practice for name in told for practice in VOCABULARY[name].practice)
    assert served.keys() == set(Practice)
    assert min(served.values()) >= 4


def test_every_step_of_the_plan_was_done_or_left_out_for_a_reason(lines: list[Line]) -> None:
    (plan,) = of_type(lines, "plan.published")
    (activated,), (deactivated,) = of_type(lines, "plan.activated"), of_type(lines, "plan.deactivated")
    for line in (activated, deactivated):
        assert {name: line["data"][name] for name in ("plan_id", "version")} == {
            name: plan["data"][name] for name in ("plan_id", "version")
        }
    done = {line["data"]["plan_step"]: line["at"] for line in of_type(lines, "step.completed")}
    skipped = {line["data"]["plan_step"] for line in of_type(lines, "step.skipped")}
    assert skipped == {"telephone"}
    assert done.keys() | skipped == {step["plan_step"] for step in plan["data"]["steps"]}
    allowed = {step["plan_step"]: 60 * step["within_minutes"] for step in plan["data"]["steps"]}
    late = {name for name, at in done.items() if at - activated["at"] > allowed[name]}
    assert late == {"consigne", "portillons"}


def test_roles_are_accepted_handed_on_and_laid_down_by_who_holds_them(lines: list[Line]) -> None:
    holders: dict[str, str] = {}
    assigned: dict[str, str] = {}
    for line in lines:
        data = line["data"]
        match line["type"]:
            case _ if data.get("exercise"):
                continue
            case "role.assigned":
                assigned[data["role"]] = data["person"]
            case "role.accepted":
                assert assigned[data["role"]] == data["person"]
                holders[data["role"]] = data["person"]
            case "role.handed_over":
                assert holders[data["role"]] == data["from"]
                holders[data["role"]] = data["to"]
            case "role.released":
                assert holders.pop(data["role"]) == data["person"]
    assert holders == {}
    assert assigned.keys() == {"incident_lead", "moderator", "scribe", "legal"}


def test_escalations_are_answered_before_their_deadline(lines: list[Line]) -> None:
    answered = {line["data"]["escalation"]["id_of"]: line["at"] for line in of_type(lines, "escalation.acknowledged")}
    raised = of_type(lines, "escalation.raised")
    assert len(raised) == 2
    assert all(line["at"] < answered[line["id"]] <= line["data"]["deadline"]["at"] for line in raised)


def test_promises_are_kept_but_one_late_and_one_openly_put_off(lines: list[Line]) -> None:
    due = {line["data"]["commitment_id"]: line["data"]["due"]["at"] for line in of_type(lines, "commitment.made")}
    kept = {line["data"]["commitment_id"]: line["at"] for line in of_type(lines, "commitment.kept")}
    (moved,) = of_type(lines, "commitment.due_changed")
    assert due.keys() - kept.keys() == {moved["data"]["commitment_id"]} == {"billet-hors-ligne"}
    assert moved["data"]["from"]["at"] == due["billet-hors-ligne"] < moved["data"]["due"]["at"]
    assert moved["at"] < moved["data"]["from"]["at"], "put off before it was due"
    assert {name for name, at in kept.items() if at > due[name]} == {"amendes-remboursees"}


def test_an_appeal_is_decided_by_another_than_who_took_the_measure(lines: list[Line]) -> None:
    measures = {line["id"]: line for line in lines}
    received = {
        line["data"]["appeal_id"]: line["data"]["target_event"]["id_of"] for line in of_type(lines, "appeal.received")
    }
    decided = of_type(lines, "appeal.decided")
    assert {line["data"]["appeal_id"]: line["data"]["outcome"] for line in decided} == {
        "appel-1": "granted",
        "appel-2": "refused",
    }
    for line in decided:
        target = line["data"]["target_event"]["id_of"]
        assert target == received[line["data"]["appeal_id"]]
        assert line["actor"] != measures[target]["actor"]
        assert f"person:{line['data']['by']};" in line["actor"]


def test_a_measure_of_a_rule_names_the_rule_that_took_it(lines: list[Line]) -> None:
    (rule,) = of_type(lines, "rule.auto_moderated")
    by_rule = [line for line in lines if line.get("actor", "").startswith("rule:") and line is not rule]
    assert [line["id"] for line in by_rule] == [rule["data"]["action_event"]["id_of"]]
    assert by_rule[0]["actor"] == rule["actor"]
    assert rule["data"]["rule_id"] in rule["actor"]


def test_actions_of_a_cause_are_done_verified_by_another_or_given_up_for_a_reason(lines: list[Line]) -> None:
    causes = {line["data"]["root_cause_id"] for line in of_type(lines, "root_cause.identified")}
    rejected = {line["data"]["root_cause_id"] for line in of_type(lines, "root_cause.rejected")}
    proposed = {line["data"]["action_id"]: line["data"] for line in of_type(lines, "preventive_action.proposed")}
    done = {line["data"]["action_id"] for line in of_type(lines, "preventive_action.completed")}
    verified = of_type(lines, "preventive_action.verified")
    assert {action["root_cause"] for action in proposed.values()} == causes - rejected == {"certificat-expire"}
    assert {line["data"]["action_id"] for line in verified} == done == {"alertes", "envois"}
    assert all(line["data"]["owner"] == proposed[line["data"]["action_id"]]["owner"] for line in verified)
    assert [line["data"]["action_id"] for line in of_type(lines, "preventive_action.cancelled")] == ["second-robot"]


def test_lessons_are_shared_and_taken_in_and_one_of_them_revises_the_plan(lines: list[Line]) -> None:
    by_type = {
        name: {line["data"]["lesson_id"] for line in of_type(lines, f"lesson.{name}")}
        for name in ("recorded", "shared", "acknowledged")
    }
    assert by_type["recorded"] == by_type["shared"] == by_type["acknowledged"]
    (before,), (revised,) = of_type(lines, "plan.published"), of_type(lines, "plan.revised")
    assert revised["data"]["because"] in by_type["recorded"]
    assert revised["data"]["body_sha256"] != before["data"]["body_sha256"]
    steps = [{step["plan_step"] for step in plan["data"]["steps"]} for plan in (before, revised)]
    assert steps[1] - steps[0] == {"envois-programmes"}


def test_figures_are_those_of_the_comments_that_were_known_by_then(lines: list[Line]) -> None:
    figures = [*of_type(lines, "signal.observed"), *of_type(lines, "surge.detected"), *of_type(lines, "surge.ended")]
    for line in figures:
        data = line["data"]
        window = data.get("window") or data["bucket"]
        known = lines[: lines.index(line)]
        counted = [
            each["id"]
            for each in of_type(known, "comment.received")
            if window["from"]["at"] <= each["at"] < window["to"]["at"]
        ]
        assert data.get("value", data.get("observed")) == len(counted), line["id"]
        if "input" in data:
            assert [counted[0], counted[-1]] == [data["input"]["from"]["id_of"], data["input"]["to"]["id_of"]]


def test_who_asks_for_erasure_is_who_was_blocked(lines: list[Line]) -> None:
    (blocked,) = of_type(lines, "author.blocked")
    (asked,), (decided,) = of_type(lines, "subject.erasure_requested"), of_type(lines, "subject.erasure_decided")
    authors = {line["data"]["author"]["id"] for line in of_type(lines, "comment.received") if "author" in line["data"]}
    (author,) = (each for each in authors if author_hash(each) == blocked["data"]["author_id_hash"])
    subject = Subject(platform=blocked["data"]["platform"], author=author)
    assert asked["data"]["subject_hash"] == decided["data"]["subject_hash"] == subject.hash
    assert decided["data"]["decision"] == "refused", "a legal hold stands against it"


def test_every_turn_of_a_crisis_is_told(lines: list[Line]) -> None:
    untold = set(VOCABULARY) - {line["type"] for line in lines}
    assert {name for name in untold if not VOCABULARY[name].recorded_by_service} == {
        "comment.unassigned",
        "incident.merged",
        "incident.split",
        "incident.reopened",
        "reactions.limited",
        "author.muted",
        "author.unblocked",
        "commitment.cancelled",
        "legal_hold.released",
        "content.unsealed",
        "auditor.access_revoked",
        "policy.published",
        "checks.configured",
    }


def test_the_file_holds_one_compact_line_an_event(lines: list[Line]) -> None:
    assert CRISIS.read_text().splitlines() == [json.dumps(line, ensure_ascii=False) for line in lines]
