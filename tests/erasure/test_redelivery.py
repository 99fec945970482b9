"""What was erased and is delivered again is recognised: the first receipt, nothing brought back, no second event."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from ledger.app import build
from ledger.store.tokens import Role
from tests.erasure.case import Case, dump
from tests.http.client import Answer, Client, Event, comment
from tests.service.fixture import LEDGER

ERASED = ("comment", "label", "edit", "appeal", "blocked", "report", "custom", "noted")


async def one_by_one(case: Case, events: list[Event]) -> tuple[list[Answer], list[Any]]:
    answers = [await case.client.post(event, role=Role.ADMIN) for event in events]
    return answers, [answer.document for answer in answers]


async def as_a_batch(case: Case, events: list[Event]) -> tuple[list[Answer], list[Any]]:
    answer = await case.client.post_batch(events, role=Role.ADMIN)
    return [answer], answer.document["events"]


async def as_lines(case: Case, events: list[Event]) -> tuple[list[Answer], list[Any]]:
    answer = await case.client.post_lines(events, role=Role.ADMIN)
    assert {line["status"] for line in answer.lines} == {200}
    return [answer], answer.lines


@pytest.mark.parametrize("deliver", [one_by_one, as_a_batch, as_lines])
async def test_an_erased_event_delivered_again_is_answered_as_the_first_time(case: Case, deliver: Any) -> None:
    await case.erase()
    size = await case.client.size()
    answers, documents = await deliver(case, case.posted)
    assert {answer.status for answer in answers} == {200}
    assert [document["index"] for document in documents] == list(case.at.values())
    assert [document["receipt"] for document in documents] == case.receipts
    assert await case.client.size() == size
    for name, document in zip(case.at, documents, strict=True):
        stored = await case.event(name)
        assert document["openings"] == stored["openings"]
        assert document.get("erased") == stored.get("erased")
    assert "Zqvonne" not in await dump(case.client.service.database_url)


@pytest.mark.parametrize("name", ERASED)
async def test_another_content_under_an_erased_id_is_still_refused(case: Case, name: str) -> None:
    await case.erase()
    event = case.posted[list(case.at).index(name)]
    changed = {**event, "time": "2026-11-22T14:00:01Z"}
    answer = await case.client.post(changed, role=Role.ADMIN)
    assert (answer.status, answer.document["index"]) == (409, case.at[name])
    assert (await case.client.post(event, role=Role.ADMIN)).status == 200


async def test_a_repetition_with_an_outdated_version_is_recognised_too(case: Case) -> None:
    await case.erase()
    first = case.posted[0]
    again = await case.client.post(first, role=Role.ADMIN, If_None_Match="*")
    assert (again.status, again.document["index"]) == (200, case.at["comment"])
    new = comment("n-1", subject="paris")
    assert (await case.client.post(new, role=Role.ADMIN, If_None_Match="*")).status == 412


async def test_new_events_among_repeated_ones_land_once(case: Case) -> None:
    await case.erase()
    size = await case.client.size()
    new = [comment(f"n-{number}") for number in range(3)]
    answer = await case.client.post_batch([new[0], case.posted[0], new[1], case.posted[3], new[2]], role=Role.ADMIN)
    indexes = [document["index"] for document in answer.document["events"]]
    assert indexes == [size, case.at["comment"], size + 1, case.at["edit"], size + 2]


async def test_the_same_id_from_another_source_is_another_event(case: Case) -> None:
    await case.erase()
    assert (await case.client.post({**case.posted[0], "source": "urn:other"}, role=Role.ADMIN)).status == 201


async def test_the_secret_lies_in_a_file_of_its_owner_alone_and_nowhere_in_the_database(case: Case) -> None:
    await case.erase()
    (secret,) = case.client.service.settings.keys_folder.glob("*.pseudonyms")
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.read_text().strip() not in await dump(case.client.service.database_url)


async def test_another_process_that_was_there_before_the_erasure_recognises_it_too(case: Case) -> None:
    service = case.client.service
    app = build(service.settings, service.database_url)
    async with TestServer(app) as server:
        base = str(server.make_url("")).rstrip("/")
        other = Client(replace(service, base_url=base, url=f"{base}/ledgers/{LEDGER}", app=app))
        assert (await other.post(case.posted[0], role=Role.ADMIN)).status == 200
        await case.erase()
        for event, index in zip(case.posted, case.at.values(), strict=True):
            again = await other.post(event, role=Role.ADMIN)
            assert (again.status, again.document["index"]) == (200, index)
        assert (await other.post({**case.posted[0], "time": "2026-11-22T14:00:01Z"}, role=Role.ADMIN)).status == 409
        assert (await other.post(comment(), role=Role.ADMIN)).status == 201
