"""Every type of the vocabulary: what it must say, what it may not, and who sees it."""

from pathlib import Path
from typing import Any

import pytest

from events.envelope import Posted, read_event
from events.faults import Refused
from events.strict import parse_object
from events.visibility import Visibility
from events.vocabulary import FAMILIES, VOCABULARY, visibility_of
from tests.events.vocabulary_examples import COMPLETE, EXAMPLES, SHA, STATEMENT

# One line an object: its name, then what can be said about it.
TYPES = """
access viewed
appeal received decided
auditor access_granted access_revoked
author warned muted blocked unblocked
cadence missed
checkpoint signed witnessed
checks configured
comment received edited_by_author deleted_by_author classified acknowledged assigned unassigned
comment outcome_set hidden unhidden removed restored labelled
comment observed_missing observed_unreported observed_changed observed_moderated
commitment made due_changed kept missed cancelled
concern linked
content sealed unsealed
contributing_factor recorded
decision recorded
drill started finished
escalation raised acknowledged expired
event corrected disputed linked
evidence attached
export created downloaded
feedback received
impact estimated
incident opened severity_changed title_changed merged split resolved closed reopened linked
incident observed_retitled
ingest gap_detected gap_filled late_event conflict_detected rejected
interview given
key destroyed
legal_hold placed released
lesson recorded shared acknowledged
monitor configured failed recovered
note added corrected
plan published revised activated deactivated
policy published
press inquiry_received
preventive_action proposed accepted assigned completed verified cancelled
public_page published
reactions limited
reconciliation completed
reply drafted submitted_for_approval approved rejected posted failed edited withdrawn
reply observed_missing observed_unreported observed_changed
report received
review scheduled held published
role assigned accepted handed_over released
root_cause identified revised rejected
rule auto_moderated
rumour identified rebutted
sentiment assessed
signal observed
snapshot imported
solution proposed offered accepted rejected delivered
source silent
statement prepared
step started completed skipped overdue
subject erasure_requested erasure_decided
surge detected ended
theme identified renamed merged
thread locked unlocked
update observed observed_changed observed_missing observed_redated
update drafted approved published corrected withdrawn delivered delivery_failed
verdict recorded
verification run
what_went_well recorded
"""
SERVICE_FAMILIES = ("access.", "checkpoint.", "export.", "ingest.", "key.", "source.", "verdict.", "verification.")
COMPARED = {"snapshot.imported", "reconciliation.completed"}
CLOCK_EVENTS = {"step.overdue", "escalation.expired", "commitment.missed", "cadence.missed"}
# Required unless something else is said: the words for the public, the model of a machine, what a solution is for.
UNLESS = {
    "update.published": {"text"},
    "update.corrected": {"new_text"},
    "commitment.made": {"promise"},
    "sentiment.assessed": {"model", "version"},
    "solution.proposed": {"external_id"},
    "solution.offered": {"external_id"},
}
ANY_JSON = {("event.corrected", "from"), ("event.corrected", "to")}
NO_SUCH_WORD = [
    ("comment.classified", "label"),
    ("comment.outcome_set", "outcome"),
    ("comment.hidden", "scope"),
    ("update.published", "audience"),
    ("update.published", "status"),
    ("update.corrected", "severity"),
    ("incident.linked", "relation"),
    ("sentiment.assessed", "label"),
    ("rumour.rebutted", "verdict"),
    ("appeal.decided", "outcome"),
    ("report.received", "report_type"),
    ("snapshot.imported", "completeness"),
    ("subject.erasure_decided", "decision"),
    ("verification.run", "result"),
]
WRONG_VALUE: list[tuple[str, str, Any]] = [
    ("comment.edited_by_author", "revision", "2"),
    ("comment.edited_by_author", "revision", True),
    ("comment.edited_by_author", "revision", -1),
    ("comment.edited_by_author", "before_sha", SHA.upper()),
    ("comment.classified", "score", 1.5),
    ("comment.classified", "score", "0.5"),
    ("comment.received", "text", 5),
    ("comment.received", "text", None),
    ("comment.received", "external_id", ""),
    ("comment.received", "external_id", "a\nb"),
    ("comment.received", "external_id", "i" * 257),
    ("comment.received", "text", "t" * 100_001),
    ("comment.received", "url", "javascript://x%0aalert(1)"),
    ("comment.received", "created_at", "2026-11-20T18:00:00"),
    ("comment.received", "is_reply_to_us", "yes"),
    ("comment.received", "lang", "français"),
    ("comment.hidden", "reason_text", "   "),
    ("comment.removed", "cascade_ids", "c-18"),
    ("event.linked", "target_event", -1),
    ("event.linked", "target_event", "4"),
    ("event.linked", "target_event", 4.0),
    ("update.published", "channel", []),
    ("signal.observed", "value", "96"),
    ("surge.detected", "input", {"from": 4, "to": -1}),
    ("surge.detected", "params", {"history": [1, 2]}),
    ("drill.started", "exercise", False),
    ("drill.started", "exercise", 1),
    ("plan.published", "body_sha256", "4"),
    ("plan.activated", "trigger", "event-4"),
    ("step.completed", "evidence", ["see the wiki"]),
    ("rumour.rebutted", "evidence", []),
    ("commitment.kept", "evidence", []),
    ("preventive_action.verified", "evidence", []),
    ("preventive_action.verified", "by", EXAMPLES["preventive_action.verified"]["owner"]),
    ("feedback.received", "score", 6),
    ("review.held", "participants", []),
    ("reconciliation.completed", "findings", {"equal": -1}),
    ("checkpoint.signed", "root", SHA),
    ("key.destroyed", "scope", []),
]


def event(type_name: str, data: dict[str, Any]) -> dict[str, Any]:
    """An event whose envelope leaves nothing to ask."""
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "urn:connector:x",
        "type": type_name,
        "time": "2026-11-20T18:00:00Z",
        "subject": "tickets",
        "actor": "person:ana;role=community_manager",
        "data": data,
    }


def places_refused(type_name: str, data: dict[str, Any]) -> set[str]:
    with pytest.raises(Refused) as refusal:
        read_event(event(type_name, data))
    return {fault.pointer for fault in refusal.value.faults}


def lies_in(field: str, place: str) -> bool:
    """Whether a pointer names the field or a part of its value."""
    return f"{place}/".startswith(f"/data/{field}/")


def test_every_type_of_the_field_is_in_the_vocabulary() -> None:
    said = [(object_, verbs) for object_, *verbs in map(str.split, TYPES.strip().splitlines())]
    assert sorted(VOCABULARY) == sorted(f"{object_}.{verb}" for object_, verbs in said for verb in verbs)
    assert sorted(EXAMPLES) == sorted(VOCABULARY), "a type without an example isn't tested"


def test_every_type_stands_in_a_family_says_what_it_means_and_which_practice_it_serves() -> None:
    families = {family.__name__ for family in FAMILIES}
    for name, payload in VOCABULARY.items():
        assert payload.__module__ in families, name
        assert payload.__doc__, name
        assert payload.practice, name


def test_every_field_says_who_may_see_it() -> None:
    for name, payload in VOCABULARY.items():
        wire_names = {field.alias or attribute for attribute, field in payload.model_fields.items()}
        assert payload.visibility.keys() == wire_names, name


@pytest.mark.parametrize(("type_name", "data"), [*EXAMPLES.items(), *COMPLETE])
def test_an_example_is_accepted_and_its_fields_are_kept_as_posted(type_name: str, data: dict[str, Any]) -> None:
    posted = read_event(event(type_name, data))
    assert {name: posted.fields[name] for name in data} == data


def test_only_the_ledger_writes_what_it_alone_can_know() -> None:
    by_service = {name for name, payload in VOCABULARY.items() if payload.recorded_by_service}
    seen = {name for name in VOCABULARY if ".observed" in name} - {"signal.observed"}
    assert by_service == CLOCK_EVENTS | COMPARED | seen | {
        name for name in VOCABULARY if name.startswith(SERVICE_FAMILIES)
    }
    assert read_event(event("step.overdue", EXAMPLES["step.overdue"])).recorded_by_service
    assert not read_event(event("step.completed", EXAMPLES["step.completed"])).recorded_by_service


@pytest.mark.parametrize(("type_name", "data"), EXAMPLES.items())
def test_an_example_holds_the_required_fields_and_no_other(type_name: str, data: dict[str, Any]) -> None:
    required = {f.alias or name for name, f in VOCABULARY[type_name].model_fields.items() if f.is_required()}
    assert data.keys() == required | UNLESS.get(type_name, set())


@pytest.mark.parametrize(("type_name", "field"), [(name, field) for name, data in EXAMPLES.items() for field in data])
def test_a_required_field_that_is_missing_is_named(type_name: str, field: str) -> None:
    data = {name: value for name, value in EXAMPLES[type_name].items() if name != field}
    assert places_refused(type_name, data) == {f"/data/{field}"}


@pytest.mark.parametrize(("type_name", "field"), [(name, field) for name, data in EXAMPLES.items() for field in data])
def test_a_value_of_another_kind_is_refused(type_name: str, field: str) -> None:
    if (type_name, field) in ANY_JSON:
        assert read_event(event(type_name, EXAMPLES[type_name] | {field: {"any": ["json"]}})).type == type_name
    else:
        places = places_refused(type_name, EXAMPLES[type_name] | {field: {"any": ["json"]}})
        assert any(lies_in(field, place) for place in places)


@pytest.mark.parametrize(("type_name", "data"), EXAMPLES.items())
def test_an_unknown_field_is_refused(type_name: str, data: dict[str, Any]) -> None:
    assert places_refused(type_name, data | {"txt": "?"}) == {"/data/txt"}


@pytest.mark.parametrize(("type_name", "field"), NO_SUCH_WORD)
def test_a_word_outside_the_list_is_refused(type_name: str, field: str) -> None:
    assert f"/data/{field}" in places_refused(type_name, EXAMPLES[type_name] | {field: "no-such-word"})


@pytest.mark.parametrize(("type_name", "field", "value"), WRONG_VALUE)
def test_nothing_is_coerced_or_waved_through(type_name: str, field: str, value: object) -> None:
    places = places_refused(type_name, EXAMPLES[type_name] | {field: value})
    assert all(lies_in(field, place) for place in places)


def test_a_fault_deep_inside_is_named_by_its_whole_place() -> None:
    comment = EXAMPLES["comment.received"]
    removal = EXAMPLES["comment.removed"]
    media = [{"alt": "ok"}, {"sha256": "short"}]
    assert places_refused("comment.received", comment | {"media": media}) == {"/data/media/1/sha256"}
    assert "/data/author/id" in places_refused("comment.received", comment | {"author": {"handle": "@zoe"}})
    assert "/data/author/nick" in places_refused("comment.received", comment | {"author": {"id": "zoe", "nick": "z"}})
    assert places_refused("comment.received", comment | {"metrics": {"likes": "3"}}) == {"/data/metrics/likes"}
    incomplete = {name: value for name, value in STATEMENT.items() if name != "decision_facts"}
    assert places_refused("comment.removed", removal | {"statement_of_reasons": incomplete}) == {
        "/data/statement_of_reasons/decision_facts"
    }


def test_no_reply_needed_must_say_why() -> None:
    silent = {"external_id": "c-17", "outcome": "no_reply_needed"}
    assert places_refused("comment.outcome_set", silent) == {"/data/reason"}
    explained = silent | {"reason": "Thanked by its author."}
    assert read_event(event("comment.outcome_set", explained)).type == "comment.outcome_set"


@pytest.mark.parametrize("audience", ["internal", "partners", "staff"])
def test_words_for_others_than_the_public_never_stand_in_a_public_field(audience: str) -> None:
    update = EXAMPLES["update.published"] | {"audience": audience}
    assert places_refused("update.published", update) == {"/data/text", "/data/internal_text"}
    correction = EXAMPLES["update.corrected"] | {"audience": audience}
    assert places_refused("update.corrected", correction) == {"/data/new_text", "/data/new_internal_text"}
    translated = [{"lang": "en", "text": "For us only."}]
    inside = {name: value for name, value in update.items() if name != "text"} | {"internal_text": "Pour nous."}
    whole = inside | {"internal_translations": translated}
    assert read_event(event("update.published", whole)).fields["internal_text"] == "Pour nous."
    assert places_refused("update.published", inside | {"translations": translated}) == {"/data/translations"}


def test_words_for_the_public_never_hide_in_an_internal_field() -> None:
    both = EXAMPLES["update.published"] | {"internal_text": "Pour nous."}
    assert places_refused("update.published", both) == {"/data/internal_text"}
    assert places_refused("update.published", both | {"text": None}) == {"/data/text", "/data/internal_text"}


def test_a_promise_to_others_than_the_public_never_stands_in_a_public_field() -> None:
    promise = EXAMPLES["commitment.made"] | {"audience": "staff"}
    assert places_refused("commitment.made", promise) == {"/data/promise", "/data/internal_promise"}


def test_a_judgement_of_a_machine_names_its_model_and_one_of_a_person_need_not() -> None:
    judged = {"target": "c-17", "label": "negative"}
    assert places_refused("sentiment.assessed", judged) == {"/data/model", "/data/version"}
    assert read_event(event("sentiment.assessed", judged | {"by": "human"})).type == "sentiment.assessed"


def test_a_solution_is_for_a_theme_or_a_comment() -> None:
    proposed = {"solution_id": "open-gates", "what": "Open all gates."}
    assert places_refused("solution.proposed", proposed) == {"/data/external_id"}
    assert read_event(event("solution.proposed", proposed | {"theme": "gates"})).type == "solution.proposed"


@pytest.mark.parametrize("type_name", ["comment.received", "role.assigned", "custom.weather"])
def test_any_event_may_say_that_it_is_an_exercise(type_name: str) -> None:
    data = EXAMPLES.get(type_name, {})
    assert read_event(event(type_name, data | {"exercise": True})).fields["exercise"] is True
    assert places_refused(type_name, data | {"exercise": "yes"}) == {"/data/exercise"}
    assert visibility_of(type_name, "exercise") is Visibility.PUBLIC


def test_other_peoples_words_are_personal_and_ours_are_public() -> None:
    personal = ["author", "text", "url", "media", "actor"]
    assert {visibility_of("comment.received", field) for field in personal} == {Visibility.PERSONAL}
    assert visibility_of("comment.edited_by_author", "after") is Visibility.PERSONAL
    assert visibility_of("comment.edited_by_author", "before_sha") is Visibility.PERSONAL
    assert visibility_of("author.blocked", "author_id_hash") is Visibility.PERSONAL
    assert visibility_of("event.corrected", "from") is Visibility.PERSONAL
    assert visibility_of("press.inquiry_received", "question") is Visibility.PERSONAL
    assert visibility_of("appeal.received", "grounds") is Visibility.PERSONAL
    assert visibility_of("appeal.received", "actor") is Visibility.PERSONAL
    assert visibility_of("report.received", "text") is Visibility.PERSONAL
    assert visibility_of("rule.auto_moderated", "matched") is Visibility.PERSONAL
    assert visibility_of("feedback.received", "comment") is Visibility.PERSONAL
    assert visibility_of("commitment.made", "to") is Visibility.PERSONAL
    assert visibility_of("subject.erasure_requested", "subject_hash") is Visibility.PERSONAL
    assert visibility_of("access.viewed", "filter") is Visibility.PERSONAL
    assert visibility_of("reply.posted", "text") is Visibility.PUBLIC
    assert visibility_of("update.published", "text") is Visibility.PUBLIC
    assert visibility_of("update.published", "internal_text") is Visibility.INTERNAL
    assert visibility_of("comment.hidden", "reason_text") is Visibility.PUBLIC
    assert visibility_of("note.added", "text") is Visibility.INTERNAL
    assert visibility_of("statement.prepared", "text") is Visibility.INTERNAL
    assert visibility_of("commitment.made", "promise") is Visibility.PUBLIC
    assert visibility_of("commitment.made", "internal_promise") is Visibility.INTERNAL


def test_the_names_of_staff_are_internal() -> None:
    for name, payload in VOCABULARY.items():
        for field in ("by", "person", "owner", "approver", "participants", "auditor"):
            if field in payload.visibility and (name, field) not in {
                ("event.disputed", "by"),
                ("sentiment.assessed", "by"),
            }:
                assert payload.visibility[field] is Visibility.INTERNAL, (name, field)


@pytest.mark.parametrize(
    "type_name",
    ["comment.hidden", "comment.restored", "thread.locked", "author.blocked", "appeal.decided", "content.sealed"],
)
def test_a_measure_without_an_actor_is_refused(type_name: str) -> None:
    document = event(type_name, EXAMPLES[type_name])
    del document["actor"]
    with pytest.raises(Refused, match="/actor: "):
        read_event(document)


@pytest.mark.parametrize(
    "type_name", ["incident.opened", "incident.linked", "event.linked", "plan.activated", "step.skipped", "review.held"]
)
def test_what_concerns_an_incident_must_name_it(type_name: str) -> None:
    document = event(type_name, EXAMPLES[type_name])
    del document["subject"]
    with pytest.raises(Refused, match="/subject: "):
        read_event(document)


def test_every_type_about_an_object_says_by_which_field_it_is_known() -> None:
    assert VOCABULARY["comment.received"].about == ("content", "external_id")
    assert VOCABULARY["comment.hidden"].about == ("content", "target")
    assert VOCABULARY["reply.edited"].about == ("content", "external_id")
    assert VOCABULARY["thread.locked"].about == ("thread", "target")
    assert VOCABULARY["comment.labelled"].about == ("content", "target")
    assert VOCABULARY["author.blocked"].about == ("author", "author_id_hash")
    assert VOCABULARY["update.corrected"].about == ("update", "update_id")
    assert VOCABULARY["event.linked"].about == ("event", "target_event")
    for kind, field in {"plan": "plan_id", "step": "plan_step", "drill": "scenario"}.items():
        assert VOCABULARY[f"{kind}.started" if kind != "plan" else "plan.published"].about == (kind, field)
    for type_name in ("role.accepted", "theme.renamed", "monitor.failed"):
        kind = type_name.partition(".")[0]
        assert VOCABULARY[type_name].about == (kind, kind)
    for type_name in ("commitment.kept", "solution.offered", "rumour.rebutted", "appeal.decided", "lesson.shared"):
        kind = type_name.partition(".")[0]
        assert VOCABULARY[type_name].about == (kind, f"{kind}_id")
    assert VOCABULARY["preventive_action.verified"].about == ("action", "action_id")
    assert VOCABULARY["root_cause.revised"].about == ("root_cause", "root_cause_id")
    assert VOCABULARY["rule.auto_moderated"].about == ("rule", "rule_id")
    assert VOCABULARY["escalation.acknowledged"].about == ("event", "escalation")
    assert VOCABULARY["cadence.missed"].about == ("event", "last_update")
    assert VOCABULARY["incident.opened"].about is None


@pytest.mark.parametrize("name", ["ibm_cdp_events_masked.ndjson", "twcs_events.ndjson"])
def test_every_real_message_is_accepted(shared_data: Path, name: str) -> None:
    lines = (shared_data / name).read_bytes().splitlines()
    assert lines
    assert all(isinstance(read_event(_mapped(parse_object(line))), Posted) for line in lines)


def _mapped(document: dict[str, Any]) -> dict[str, Any]:
    renamed = {"company": "account", "conversation_id": "external_root_id"}
    data = {renamed.get(name, name): value for name, value in document["data"].items()}
    return document | {"specversion": "1.0", "data": data}
