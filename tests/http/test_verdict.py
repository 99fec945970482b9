"""The verdict over HTTP: one answer a head, the same whoever asks, and what a changed database does to it."""

import asyncio
from datetime import timedelta

from events.entry import parse_instant, render_instant
from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from ledger.web.verdict_shelf import VERDICTS, Judged
from tests.http.client import Client, comment
from tests.http.tampering import tampered

PATH = f"/incidents/{INCIDENT}/verdict"


async def test_the_same_head_gives_the_same_verdict_until_the_log_moves(told: Client) -> None:
    first, again = await told.get(PATH), await told.get(PATH)
    assert first.status == 200
    assert first.body == again.body
    unchanged = await told.send("GET", PATH, role=Role.READER, headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status == 304


async def test_every_entry_and_opening_of_the_incident_is_verified_on_the_way(told: Client) -> None:
    verdict = (await told.get(PATH)).document
    head = (await told.get(f"/incidents/{INCIDENT}")).document["head"]
    assert verdict["proof"]["faults"] == []
    assert verdict["proof"]["entries"] >= head["seq"]


async def test_what_was_known_then_is_judged_by_index_and_by_time(told: Client) -> None:
    early = (await told.get(f"{PATH}?as_of=200")).document
    entry = (await told.get("/events/200")).document["entry"]
    assert (early["size"], early["at"]) == (201, entry["accepted_at"])
    assert (await told.get(f"{PATH}?as_of={entry['accepted_at']}")).document["size"] >= 201


async def test_the_whole_ledger_and_a_period_of_it_can_be_judged(told: Client) -> None:
    whole = (await told.get("/verdict")).document
    assert (whole["incident"], whole["proof"]["entries"], whole["proof"]["faults"]) == (None, whole["size"], [])
    after = (await told.get("/verdict?since=2999-01-01T00:00:00Z")).document
    assert after["failures"]["value"] == after["warnings"]["value"] == 0
    backwards = await told.get("/verdict?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z")
    assert (backwards.status, backwards.pointers) == (400, ["?until"])


async def test_findings_can_be_had_as_a_table(told: Client) -> None:
    answer = await told.get(f"{PATH}?format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.body.splitlines()[0] == b"code,rule,severity,subject,indexes,settled_by,settled,en,fr"


async def test_a_verdict_is_put_on_record_once_for_one_head(client: Client) -> None:
    await client.post(comment("c-1", subject="paris"))
    path = "/incidents/paris/verdict?as_of=0&after=0"
    first = await client.send("POST", path, role=Role.AUDITOR)
    assert (first.status, first.document["index"]) == (201, 1)
    again = await client.send("POST", path, role=Role.ADMIN)
    assert again.document["index"] == 1
    event = (await client.get("/events/1", Role.AUDITOR)).document
    said = {name: opening["value"] for name, opening in event["openings"].items()}
    assert event["entry"]["type"] == "verdict.recorded"
    assert (said["tree_size"], said["root"]) == (1, first.document["root"])
    assert said["verdict"] == first.document["verdict"]
    assert "incident" not in event["entry"], "a verdict on an incident must not change it"


async def test_verdicts_of_one_head_at_different_moments_are_each_on_record(client: Client) -> None:
    await client.post(comment("c-1", subject="paris"))
    await client.get("/incidents/paris?after=0")
    at = parse_instant((await client.get("/events/0")).document["entry"]["accepted_at"])
    for place, moment in enumerate((at, at + timedelta(microseconds=1))):
        answer = await client.send("POST", f"/verdict?as_of={render_instant(moment)}", role=Role.AUDITOR)
        assert (answer.status, answer.document.get("index")) == (201, place + 1), answer.document
        assert answer.document["size"] == 1


async def test_only_auditors_and_admins_put_verdicts_on_record(told: Client) -> None:
    for role in (Role.READER, Role.POSTER):
        assert (await told.send("POST", PATH, role=role)).status == 403


async def test_an_unknown_incident_has_no_verdict(told: Client) -> None:
    assert (await told.get("/incidents/nowhere/verdict")).status == 404


async def test_an_entry_changed_in_the_database_is_named_at_its_index(client: Client) -> None:
    for number in range(4):
        await client.post(comment(f"c-{number}", subject="paris"))
    assert (await client.get("/incidents/paris/verdict?after=3")).document["proof"]["faults"] == []
    await tampered(
        client,
        """
        UPDATE ledger.entries SET entry = convert_to(replace(convert_from(entry, 'UTF8'), '"v":1', '"v":2'), 'UTF8')
        WHERE index = 2
        """,
    )
    faults = (await client.get("/incidents/paris/verdict")).document["proof"]["faults"]
    assert {fault["index"] for fault in faults} >= {2}


async def test_an_opening_changed_or_gone_without_a_tombstone_is_named(client: Client) -> None:
    for number in range(3):
        await client.post(comment(f"c-{number}", subject="paris"))
    await client.get("/incidents/paris?after=2")
    await tampered(client, "UPDATE ledger.contents SET openings = '{}' WHERE index = 1")
    faults = (await client.get("/incidents/paris/verdict")).document["proof"]["faults"]
    assert {fault["index"] for fault in faults} == {1}


async def test_what_was_linked_in_is_judged_with_the_incident(client: Client) -> None:
    await client.post(comment("c-0", subject="lyon"))
    await client.post(comment("c-1", subject="paris"))
    link = comment("link", subject="paris", type="event.linked")
    link["data"] = {"target_event": 0}
    assert (await client.post(link)).status == 201
    verdict = (await client.get("/incidents/paris/verdict?after=2")).document
    assert (verdict["proof"]["entries"], verdict["proof"]["faults"]) == (3, [])
    assert sum(account["contents"] for account in verdict["scope"]["accounts"]) == 2


async def test_many_who_judge_at_once_leave_others_a_connection(told: Client) -> None:
    async with asyncio.TaskGroup() as group:
        judging = [group.create_task(told.get("/verdict")) for _ in range(20)]
        assert (await told.get("/events/0")).status == 200
        assert not all(task.done() for task in judging)
    assert {(await task).body for task in judging} == {judging[0].result().body}


async def test_a_head_named_by_its_index_is_judged_once_for_page_json_and_csv(told: Client) -> None:
    verdicts = told.service.app[VERDICTS]
    fresh = (await told.get("/verdict?as_of=150")).document
    at = parse_instant(fresh["at"])
    what = Judged("demo", None, fresh["size"], at, None, None)
    kept = verdicts.find(what)
    assert kept is not None
    assert (await told.get("/verdict?as_of=150")).document == fresh
    assert (await told.get("/verdict?as_of=150&format=csv")).status == 200
    again = verdicts.find(what)
    assert again is not None
    assert again[1] is kept[1], "it was judged again"
    for place in range(4):
        verdicts.keep(what._replace(size=place), *kept)
    assert verdicts.find(what) is None, "no more than 4 are kept"


async def test_the_newest_head_is_judged_anew_each_time(client: Client) -> None:
    await client.post(comment("c-0", subject="paris"))
    assert (await client.get("/verdict?after=0")).document["proof"]["faults"] == []
    await tampered(client, "UPDATE ledger.contents SET openings = '{}' WHERE index = 0")
    assert (await client.get("/verdict")).document["proof"]["faults"] != []
