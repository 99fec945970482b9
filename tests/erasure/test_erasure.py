"""A person is erased by law: by two, visibly, wholly, and nothing else with them."""

from typing import Any

import pytest

from ledger.store.tokens import Role
from ledger.web import timeline_shelf
from ledger.web.timeline_shelf import TIMELINES
from projections.timeline_table import UNKNOWN
from tests.erasure.case import AUTHOR, FIRST, MARKERS, SUBJECT, Case, dump, event, spellings
from tests.service.fixture import LEDGER

GONE = {
    "comment": {"actor", "author", "id", "text", "url"},
    "label": {"author", "id", "text"},
    "edit": {"after", "before_sha", "id"},
    "appeal": {"grounds", "id"},
    "blocked": {"author_id_hash", "id", "reason"},
    "report": {"id", "text"},
    "custom": {"customer", "id", "phone"},
    "noted": {"about", "id"},
}


async def test_a_request_shows_what_would_go_and_erases_nothing(case: Case) -> None:
    answer = await case.request()
    preview = answer.document["would_erase"]
    assert preview["indexes"] == sorted(case.at[name] for name in GONE)
    assert preview["fields"] == sum(map(len, GONE.values()))
    assert preview["rules"] == {"own": 3, "about": 2, "refers": 1, "measure": 1, "names": 1}
    assert preview["mentioned"] == [{"index": case.at["other"], "fields": ["text"]}]
    assert preview["types"]["appeal.received"] == {"events": 1, "fields": {"grounds": 1, "id": 1}}
    assert [name for name in case.at if "erased" in await case.event(name)] == []


async def test_what_is_granted_goes_and_every_reader_is_told_which_entry_says_so(case: Case) -> None:
    _, tombstones = await case.erase()
    assert len(tombstones) == 1
    for name in case.at:
        shown = await case.event(name)
        assert set(shown.get("erased", ())) == GONE.get(name, set())
        assert set(shown.get("erased", {}).values()) <= set(tombstones)
        assert shown["entry"]["seals"].keys() == shown["openings"].keys() | shown.get("erased", {}).keys()
    public = await case.event("comment", Role.POSTER)
    assert public["erased"].keys() == GONE["comment"]
    assert not set(public["withheld"]) & GONE["comment"]


async def test_the_tombstone_names_what_is_gone_and_the_decision_that_ordered_it(case: Case) -> None:
    request, [tombstone] = await case.erase()
    values = {name: opening["value"] for name, opening in (await case.event(tombstone))["openings"].items()}
    decision = await case.event(values["decision"])
    assert decision["openings"]["request"]["value"] == request
    assert decision["openings"]["events"]["value"] == sorted(case.at[name] for name in GONE)
    assert {item["index"]: set(item["fields"]) for item in values["scope"]} == {
        case.at[name]: fields for name, fields in GONE.items()
    }
    assert values["event_counts"] == {
        "comment.received": 2,
        "comment.edited_by_author": 1,
        "appeal.received": 1,
        "author.blocked": 1,
        "report.received": 1,
        "custom.crm": 1,
        "custom.note": 1,
    }


async def test_nothing_of_the_subject_is_left_in_the_database(case: Case) -> None:
    await case.folded()
    before = await dump(case.client.service.database_url)
    assert all(marker in before for marker in MARKERS)
    await case.erase()
    await case.folded()
    others = f"{MARKERS[1]} is right"  # what another wrote stays
    text = (await dump(case.client.service.database_url)).replace(others, "").replace(others.encode().hex(), "")
    left = [spelling for marker in MARKERS for spelling in spellings(marker) if spelling in text]
    assert left == []


async def test_nothing_of_the_subject_is_in_logs_or_metrics(case: Case, capfd: pytest.CaptureFixture[str]) -> None:
    await case.erase()
    await case.request({"platform": "x", "author": "u-zq4711", "handle": 7})
    metrics = (await case.client.get("//metrics", None)).body.decode()
    captured = capfd.readouterr()
    text = metrics + captured.out + captured.err
    assert [spelling for marker in MARKERS for spelling in spellings(marker) if spelling in text] == []


@pytest.mark.parametrize("members", [{"token": None}, {"actor": FIRST}])
async def test_one_person_alone_can_not_do_both(case: Case, members: dict[str, Any]) -> None:
    request = (await case.request()).document["index"]
    if "token" in members:
        body = {"subject": SUBJECT, "decision": "granted", "reason": "Mine.", "actor": "person:bob"}
        answer = await case.send(f"/erasures/{request}/decision", body)
        assert (answer.status, answer.problem) == (409, "second-person")
    else:
        answer = await case.decide(request, **members)
        assert (answer.status, answer.problem) == (409, "impossible")
    assert "erased" not in await case.event("comment")


async def test_a_decision_posted_as_an_event_by_who_requested_it_is_refused_too(case: Case) -> None:
    request = (await case.request()).document
    data = {"subject_hash": request["subject_hash"], "law": "l", "scope": "s", "decision": "granted"}
    refused = event("subject.erasure_decided", data | {"request": request["index"]}, "d-1", actor=FIRST)
    assert (await case.client.post(refused, role=Role.ADMIN)).problem == "impossible"


async def test_a_request_and_a_decision_posted_as_events_are_carried_out(case: Case) -> None:
    hash_ = (await case.request()).document["subject_hash"]
    data = {"subject_hash": hash_, "law": "l", "scope": "s"}
    request = await case.post("request", event("subject.erasure_requested", data, "q-1", actor=FIRST))
    decided = data | {"decision": "granted", "request": request}
    decision = await case.post("decision", event("subject.erasure_decided", decided, "q-2", actor="person:bob"))
    done = await case.decide(request)
    assert (done.status, done.document["decision"]) == (201, decision)
    assert (await case.event("comment"))["erased"].keys() == GONE["comment"]


async def test_another_subject_is_not_what_was_requested(case: Case) -> None:
    request = (await case.request()).document["index"]
    answer = await case.decide(request, subject={"platform": "x", "author": "u-2"})
    assert (answer.status, answer.problem) == (409, "other-subject")


async def test_a_hold_forbids_until_it_is_released(case: Case) -> None:
    request = (await case.request()).document["index"]
    data = {"scope": "The outage.", "authority": "court", "events": [case.at["comment"]]}
    hold = await case.post("hold", event("legal_hold.placed", data, "l-1"))
    held = await case.decide(request)
    assert (held.status, held.problem, held.document["holds"]) == (409, "held", [hold])
    part = await case.decide(request, "partly_granted", **{"except": [case.at["comment"]]}, dry_run=True)
    assert part.document["would_erase"]["events"] == len(GONE) - 1
    await case.post("released", event("legal_hold.released", data | {"hold": hold}, "l-2"))
    assert (await case.decide(request)).status == 201


async def test_a_hold_on_an_incident_covers_its_events_alone(case: Case) -> None:
    request = (await case.request()).document["index"]
    data = {"scope": "The outage.", "authority": "court"}
    await case.post("hold", event("legal_hold.placed", data, "l-1", subject="paris"))
    inside = [case.at[name] for name in ("comment", "edit", "appeal")]
    assert (await case.decide(request)).problem == "held"
    done = await case.decide(request, "partly_granted", **{"except": inside})
    assert done.status == 201
    assert "erased" not in await case.event("comment")
    assert (await case.event("label"))["erased"].keys() == GONE["label"]


async def test_a_refusal_is_on_record_and_erases_nothing(case: Case) -> None:
    request = (await case.request()).document["index"]
    refused = await case.decide(request, "refused")
    assert (refused.status, refused.document["tombstones"]) == (201, [])
    assert "erased" not in await case.event("comment")
    assert (await case.decide(request)).problem == "decided"


async def test_the_same_decision_again_does_nothing_more(case: Case) -> None:
    request, tombstones = await case.erase()
    size = await case.client.size()
    again = await case.decide(request)
    assert (again.status, again.document["tombstones"]) == (200, [])
    assert await case.client.size() == size
    assert tombstones


async def test_the_register_tells_what_waits_what_was_decided_and_what_is_gone(case: Case) -> None:
    request, tombstones = await case.erase()
    waiting = (await case.request({"platform": "x", "author": "u-2"})).document["index"]
    register = (await case.client.get(f"/erasures?after={waiting}")).document
    done, open_ = register["items"]
    assert (done["request"], done["state"], done["tombstones"]) == (request, "granted", tombstones)
    assert (done["events"], done["fields"]) == (len(GONE), sum(map(len, GONE.values())))
    assert (open_["request"], open_["state"], open_["decision"]) == (waiting, "open", None)
    assert open_["age_seconds"] >= 0
    figures = register["totals"]
    assert figures["open"] == {"value": 1, "count": 1, "indexes": [waiting]}
    erased = sorted(case.at[name] for name in GONE)
    assert figures["events"] == {"value": len(GONE), "count": len(GONE), "indexes": erased}
    assert figures["fields"]["indexes"] == figures["by_law"]["GDPR Art. 17"]["indexes"] == tombstones
    assert figures["share"]["value"] == len(GONE) / register["size"]
    assert figures["by_type"]["comment.received"]["value"] == 2
    page = (await case.client.get("/erasures?limit=1")).document
    assert page["next"].endswith("start=1") or "start=1" in page["next"]
    csv = (await case.client.get("/erasures?format=csv")).body.decode().splitlines()
    assert csv[0].startswith("request,requested_at,law,state")
    assert len(csv) == 3


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/subject"),
        ({"subject": {"platform": "x"}}, "/subject"),
        ({"subject": SUBJECT, "law": "", "scope": "s", "actor": FIRST}, "/law"),
        ({"subject": SUBJECT, "law": "l", "scope": "s", "actor": "ana"}, "/actor"),
        ({"subject": SUBJECT, "law": "l", "scope": "s", "actor": FIRST, "more": 1}, "/more"),
    ],
)
async def test_a_request_that_is_not_understood_names_the_place(case: Case, body: Any, pointer: str) -> None:
    answer = await case.send("/erasures", body)
    assert answer.status == 422
    assert pointer in answer.pointers


async def test_only_admins_erase(case: Case) -> None:
    for role in (Role.POSTER, Role.READER, Role.AUDITOR):
        answer = await case.send("/erasures", {}, case.client.service.tokens[role])
        assert answer.status == 403


async def test_a_timeline_kept_in_memory_forgets_who_was_erased(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_shelf, "_KEPT_FROM", 1)
    await case.folded()
    path = f"/ledgers/{LEDGER}/incidents/paris/rows?actor={AUTHOR}"

    async def rows() -> str:
        headers = {**case.client.service.bearer(Role.AUDITOR), "Accept": "text/html"}
        async with case.client.service.session.get(case.client.service.base_url + path, headers=headers) as answer:
            return await answer.text()

    assert 'data-type="comment.received"' in await rows()
    await case.erase()
    await case.folded()
    assert "data-type" not in await rows()
    [kept] = case.client.service.app[TIMELINES]._kept.values()
    assert kept.table.number(AUTHOR) == UNKNOWN
