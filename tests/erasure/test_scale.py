"""Erasures too large for one entry, while others post, and broken off halfway."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiohttp.test_utils import TestServer

from events.subject import Subject
from ledger.app import build
from ledger.erasure.destruction import AT_ONCE, Order
from ledger.erasure.search import Content
from ledger.erasure.survey import survey
from ledger.store.tokens import Role
from ledger.web.context import LEDGERS
from tests.audit.auditor import audit
from tests.erasure.case import AUTHOR, SUBJECT, Case, event
from tests.http.client import Client, Event, comment
from tests.service.fixture import LEDGER

MANY = 2 * AT_ONCE + 50


def theirs(count: int) -> list[Event]:
    author = {"id": AUTHOR, "handle": "jeanne.zq"}
    return [
        comment(f"zq-{number}", subject="paris", data={"external_id": f"x-{number}", "author": author})
        for number in range(count)
    ]


async def tombstones(case: Case) -> list[dict[str, Any]]:
    page = (await case.client.get("/events?type=key.destroyed&limit=1000", Role.AUDITOR)).document
    return [{"index": item["index"], "scope": item["openings"]["scope"]["value"]} for item in page["items"]]


def buried(found: list[dict[str, Any]]) -> list[int]:
    return [item["index"] for tombstone in found for item in tombstone["scope"]]


async def test_what_is_too_large_for_one_tombstone_is_split(case: Case) -> None:
    await case.client.post_lines(theirs(MANY), role=Role.ADMIN)
    _, indexes = await case.erase()
    found = await tombstones(case)
    assert [tombstone["index"] for tombstone in found] == indexes
    assert all(len(tombstone["scope"]) <= AT_ONCE for tombstone in found)
    assert len(buried(found)) == len(set(buried(found))) == MANY + 8


async def test_broken_off_between_tombstones_the_same_decision_does_the_rest(case: Case) -> None:
    await case.client.post_lines(theirs(MANY), role=Role.ADMIN)
    late = {"external_id": "c-1", "revision": 3, "after": "Zqvonne again"}
    edit = await case.post("late edit", event("comment.edited_by_author", late, "zq-late"))
    request = (await case.request()).document["index"]
    ledger = await case.client.service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    deciding = asyncio.create_task(case.decide(request))
    while not await tombstones(case):
        await asyncio.sleep(0.001)
    # The process is told to end: what it has in hand is committed, nothing after it.
    await ledger.sequencer.stop()
    assert (await deciding).status == 503
    begun = len(await tombstones(case))
    assert 0 < begun < MANY // AT_ONCE + 1
    service = case.client.service
    app = build(service.settings, service.database_url)
    async with TestServer(app) as server:
        next_ = str(server.make_url("")).rstrip("/")
        successor = replace(service, base_url=next_, url=f"{next_}/ledgers/{LEDGER}", app=app)
        case.client = Client(successor)
        done = await case.decide(request)
        assert done.status == 201
        assert len(done.document["tombstones"]) + begun == len(await tombstones(case))
        assert len(buried(await tombstones(case))) == len(set(buried(await tombstones(case)))) == MANY + 9
        assert "after" in (await case.event(edit))["erased"], "what is about a content whose author is gone goes too"
        assert (await case.decide(request)).document["tombstones"] == []


async def test_others_post_meanwhile_and_are_not_disturbed(case: Case, tmp_path: Any) -> None:
    events = theirs(MANY)
    await case.client.post_lines(events, role=Role.ADMIN)
    request, size = (await case.request()).document["index"], await case.client.size()
    deciding = asyncio.create_task(case.decide(request))
    posted = 0
    while not deciding.done():
        new, again = comment(subject="paris"), events[posted % MANY]
        answers = [await case.client.post(event, role=Role.ADMIN) for event in (new, again)]
        assert [answer.status for answer in answers] == [201, 200]
        assert answers[1].document["index"] == size - 1 - MANY + posted % MANY
        posted += 1
    done = await deciding
    assert done.status == 201
    assert await case.client.size() == size + posted + 1 + len(done.document["tombstones"])
    assert (await audit(case.client.service, tmp_path)).findings == []


async def test_two_erasures_of_the_same_events_at_once_erase_each_field_once(case: Case) -> None:
    await case.client.post_lines(theirs(MANY), role=Role.ADMIN)
    requests = [(await case.request()).document["index"] for _ in range(2)]
    done = await asyncio.gather(*(case.decide(request) for request in requests))
    assert {answer.status for answer in done} == {201}
    assert len(buried(await tombstones(case))) == len(set(buried(await tombstones(case)))) == MANY + 8


async def test_a_hold_placed_meanwhile_stops_the_rest(case: Case) -> None:
    await case.client.post_lines(theirs(MANY), role=Role.ADMIN)
    request = (await case.request()).document["index"]
    deciding = asyncio.create_task(case.decide(request))
    while not await tombstones(case):
        await asyncio.sleep(0.001)
    hold = {**comment("hold", type="legal_hold.placed"), "data": {"scope": "all", "authority": "court"}}
    placed = await case.client.post(hold, role=Role.ADMIN)
    answer = await deciding
    found = await tombstones(case)
    held = placed.document["index"]
    assert all(tombstone["index"] < held for tombstone in found), "nothing goes once the hold stands"
    if len(found) == 3:  # it came too late for this erasure
        assert answer.status == 201
    else:
        assert (answer.status, answer.document["holds"]) == (409, [held])
        assert answer.document["tombstones"] == [tombstone["index"] for tombstone in found]


async def test_a_thousand_events_of_one_person_go_by_one_decision(case: Case) -> None:
    await case.client.post_lines(theirs(1_000), role=Role.ADMIN)
    request = (await case.request(SUBJECT)).document["index"]
    assert (await case.decide(request)).document["events"] == 1_008


async def test_snapshots_are_told_which_contents_are_gone_at_every_try(case: Case) -> None:
    ledger = await case.client.service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    told: list[list[Content]] = []

    async def forget(contents: Sequence[Content]) -> None:
        told.append(list(contents))

    destruction = replace(ledger.destruction, forget_shown=forget)
    found = await survey(ledger.reads, Subject.model_validate(SUBJECT))
    request, _ = await case.erase()
    concerns = list(found.search.concerns.values())
    order = Order(request + 1, "", "", concerns, found.size, found.search.wholly_gone(concerns))
    for _ in range(2):
        assert await destruction.carry_out(order) == []
    theirs_ = [Content("x", None, "c-1"), Content("x", None, "c-2")]
    assert told == [theirs_] * 2
    again = await survey(ledger.reads, Subject.model_validate(SUBJECT))
    assert again.search.wholly_gone([]) == theirs_
    spared = [concern for concern in concerns if concern.index != case.at["comment"]]
    assert found.search.wholly_gone(spared) == theirs_[1:]
