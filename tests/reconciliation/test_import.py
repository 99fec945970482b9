"""Taking snapshots in: whole or not at all, once, in order, in little memory."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from aiohttp import ClientSession

from events.vocabulary import VOCABULARY
from ledger.store.tokens import Role
from tests.http.client import Client
from tests.reconciliation.account import ACCOUNT, PLATFORM, Account, at, header, lines_of, shown
from tests.reconciliation.page import Page, titled, update
from tests.service.fixture import Service

NDJSON = {"Content-Type": "application/x-ndjson"}


async def test_a_snapshot_is_an_event_and_so_is_what_came_of_it(account: Account) -> None:
    await account.received("c1")
    head = header(30, [shown("c1")], captured_with="exporter 1.0")
    answer = await account.send(head, [shown("c1")])
    assert answer.document["items"] == 1
    (imported,) = await account.events("snapshot.imported")
    assert imported["index"] == answer.document["index"]
    assert imported["file_sha256"] == head["file_sha256"]
    assert (imported["items"], imported["captured_with"]) == (1, "exporter 1.0")
    (completed,) = await account.events("reconciliation.completed")
    assert answer.document["reconciliation"] == {"index": completed["index"], "findings": {"equal": 1}}
    assert (completed["snapshot"], completed["findings"]) == (imported["index"], {"equal": 1})


async def test_the_same_snapshot_again_finds_nothing_new(account: Account) -> None:
    items = [shown("c1")]
    for minutes in (30, 60):
        first = await account.send(header(minutes, items), items)
    size = await account.client.size()
    again = await account.send(header(60, items), items)
    assert (first.status, again.status) == (201, 200)
    assert again.document == first.document
    assert len(first.document["events"]) == 1
    assert await account.client.size() == size


async def test_what_is_found_is_an_event_by_the_vocabulary(account: Account, page: Page) -> None:
    await account.received("c1")
    await account.received("c2", text="Scandaleux !")
    await account.received("c3")
    await account.replied("r1", 0, "Bonjour.")
    await account.replied("r2", 0, "Bonsoir.")
    items = [
        shown("c2", "Merci !"),
        shown("c3", visible=False, moderated="hidden"),
        shown("c4", created_at=at(1)),
        {**shown("r1", "Bon vent."), "kind": "reply"},
        {**shown("r3", "Qui parle ?"), "kind": "reply"},
    ]
    for minutes in (30, 60):
        found = await account.shows(minutes, *items)
    assert found == {"missing": 2, "moderated_out_of_band": 1, "text_differs": 2, "unreported": 2}
    await page.shows(30, titled("outage", "Old"), update("u1", "First."), update("u2", "Gone."))
    for minutes in (60, 90):
        await page.shows(minutes, titled("outage", "New"), update("u1", "Second.", 5))
    told = [type_ for type_ in VOCABULARY if ".observed_" in type_ or type_ == "update.observed"]
    for type_ in told:
        events = await account.events(type_)
        assert events, type_
        for event in events:
            data = {name: value for name, value in event.items() if name not in {"index", "id", "time"}}
            data.pop("incident")
            VOCABULARY[type_].model_validate(data)


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        (b'{"kind":"comment","external_id":"c2"}', "/lines/3/visible"),
        (b'{"kind":"comment","external_id":"c2","visible":true,"mood":1}', "/lines/3/mood"),
        (b'{"kind":"update","external_id":"c2","visible":true}', "/lines/3/kind"),
        (b'{"kind":"comment","external_id":"c1","visible":true}', "/lines/3"),
        (b'{"kind":"comment","external_id":"c2","visible":true,"created_at":"yesterday"}', "/lines/3/created_at"),
    ],
)
async def test_one_bad_line_refuses_all_and_stores_nothing(account: Account, line: bytes, pointer: str) -> None:
    body = lines_of(header(30, []), [shown("c1")]) + b"\n" + line
    answer = await account.client.send("POST", "/snapshots", body=body, headers=NDJSON, role=Role.POSTER)
    assert (answer.status, answer.problem, answer.pointers) == (422, "invalid-snapshot", [pointer])
    assert await account.client.size() == 0
    assert await stored(account.client.service) == 0


async def test_what_is_no_json_is_malformed_and_names_its_line(account: Account) -> None:
    body = lines_of(header(30, []), []) + b'\n{"kind":"comment","kind":"reply"}'
    answer = await account.client.send("POST", "/snapshots", body=body, headers=NDJSON, role=Role.POSTER)
    assert (answer.status, answer.problem, answer.pointers) == (400, "malformed", ["/lines/2/kind"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"snapshot": "snapshot/2"}, "/lines/1/snapshot"),
        ({"platform": "X"}, "/lines/1/platform"),
        ({"taken_at": "2099-01-01T00:00:00Z"}, "/taken_at"),
        ({"window": {"from": at(60), "to": at(0)}}, "/lines/1/window/to"),
        ({"completeness": "counts_only"}, "/lines/1/counts"),
    ],
)
async def test_a_bad_header_is_refused(account: Account, change: dict[str, Any], pointer: str) -> None:
    answer = await account.send({**header(30, []), **change}, [])
    assert (answer.status, answer.pointers) == (422, [pointer])


async def test_snapshots_come_in_in_the_order_in_which_they_were_taken(account: Account) -> None:
    await account.shows(60)
    answer = await account.send(header(30, []), [])
    assert (answer.status, answer.problem) == (409, "snapshot-out-of-order")


async def test_a_small_snapshot_may_come_as_one_document(account: Account) -> None:
    document = {"snapshot": header(30, []), "items": [shown("c1"), shown("c2")]}
    answer = await account.client.send(
        "POST",
        "/snapshots",
        body=json.dumps(document).encode(),
        headers={"Content-Type": "application/json"},
        role=Role.ADMIN,
    )
    assert (answer.status, answer.document["items"]) == (201, 2)


@pytest.mark.parametrize("role", [Role.READER, Role.AUDITOR])
async def test_who_may_not_post_may_not_import(account: Account, role: Role) -> None:
    answer = await account.client.send("POST", "/snapshots", body=b"{}", headers=NDJSON, role=role)
    assert answer.status == 403


async def test_only_the_ledger_says_that_it_compared(client: Client) -> None:
    account = Account(client)
    with pytest.raises(AssertionError, match=r"422|only"):
        await account.says("snapshot.imported", 0, window={}, taken_at=at(1), completeness="complete")


async def test_an_unchanged_snapshot_writes_no_item(account: Account) -> None:
    items = [shown(f"c{number}") for number in range(50)]
    await account.shows(30, *items)
    await account.shows(60, *items)
    assert await stored(account.client.service) == 50
    await account.shows(90, *items[1:], shown("c0", "Autre chose"))
    assert await stored(account.client.service) == 51


async def test_erased_words_come_back_with_no_later_snapshot(account: Account) -> None:
    await account.received("c1")
    await account.shows(30, shown("c1"))
    connection = await asyncpg.connect(account.client.service.database_url)
    from ledger.store.queries import QUERIES  # noqa: PLC0415

    await connection.execute(QUERIES["forget_shown"], "demo", [PLATFORM], [ACCOUNT], ["c1"])
    await connection.close()
    await account.shows(60, shown("c1"))
    await account.shows(90)
    assert await account.shows(120, shown("c1")) == {"uncompared": 1}


async def test_many_items_come_in_while_others_post(service: Service, account: Account) -> None:
    count = 20_000

    async def body() -> AsyncIterator[bytes]:
        yield lines_of(header(30, []), []) + b"\n"
        for number in range(count):
            yield json.dumps(shown(f"c{number}", f"Message {number}")).encode() + b"\n"

    async def posting() -> int:
        posted = 0
        while not done.is_set():
            await account.received(f"other-{posted}", 0)
            posted += 1
        return posted

    done = asyncio.Event()
    poster = asyncio.create_task(posting())
    headers = {**NDJSON, **service.bearer(Role.POSTER)}
    async with (
        ClientSession() as session,
        session.post(f"{service.url}/snapshots", data=body(), headers=headers) as answer,
    ):
        document = await answer.json()
    done.set()
    assert (answer.status, document["items"]) == (201, count)
    assert await poster > 20
    assert document["reconciliation"]["findings"]["pending"] >= count


async def test_the_accounts_are_listed_with_their_snapshots(account: Account, page: Page) -> None:
    await account.shows(30)
    await account.shows(60)
    await page.shows(30)
    answer = await account.client.get("/reconciliation?limit=1")
    (first,) = answer.document["items"]
    assert first["platform"] == "statuspage"
    rest = await account.client.get("/reconciliation?start=" + answer.document["next"].split("start=")[1])
    (second,) = rest.document["items"]
    assert (second["account"], [one["snapshot"] for one in second["snapshots"]]) == (ACCOUNT, [2, 1])


async def test_pages_of_differences_follow_each_other_to_the_end(account: Account) -> None:
    for number in range(300):
        await account.received(f"c{number}") if number % 100 == 0 else None
    await account.shows(30, *(shown(f"c{number}") for number in range(300) if number != 100))
    place = f"/reconciliation?platform={PLATFORM}&account={ACCOUNT}&limit=100"
    found: list[str] = []
    next_: str | None = place
    while next_ is not None:
        answer = await account.client.get(next_.removeprefix("/ledgers/demo"), Role.AUDITOR)
        found += [line["external_id"] for line in answer.document["items"]]
        next_ = answer.document["next"]
    assert sorted(found) == sorted(f"c{number}" for number in range(300))


async def test_digests_of_others_words_are_for_auditors(account: Account) -> None:
    await account.received("c1")
    await account.shows(30, shown("c1"))
    (seen,) = await account.differences(role=Role.READER)
    assert "shown_sha256" not in seen
    assert {"shown_sha256", "recorded_sha256"} <= set(seen["withheld"])
    (seen,) = await account.differences(role=Role.POSTER)
    assert "external_id" in seen["withheld"]


async def test_differences_come_as_a_table_and_as_text_for_people(page: Page) -> None:
    await page.published("u1", "Some users.")
    await page.shows(30, update("u1", "Some users."))
    await page.shows(40, update("u1", "=Few users."))
    place = "/reconciliation?platform=statuspage&account=status.example.com&format="
    table = (await page.client.get(place + "csv")).body.decode().splitlines()
    assert table[0].startswith("kind,item,external_id")
    assert table[1].startswith("update_changed,update,u1")
    assert "'=Few users." in table[1]
    text = (await page.client.get(place + "diff")).body.decode()
    assert "## update_changed: update u1" in text
    assert "[-Some-]{+=Few+} users." in text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?platform=x", 400),
        ("?platform=x&account=nobody", 404),
        ("?platform=x&account=LigneClaire&snapshot=9", 404),
        ("?platform=x&account=LigneClaire&kind=nonsense", 400),
        ("?platform=x&account=LigneClaire&start=nonsense", 400),
        ("?platform=x&account=LigneClaire&format=sse", 200),
        ("?colour=red", 400),
    ],
)
async def test_questions_that_have_no_answer_say_why(account: Account, query: str, status: int) -> None:
    await account.shows(30)
    assert (await account.client.get("/reconciliation" + query)).status == status


async def stored(service: Service) -> int:
    """How many rows of items there are, staged ones included."""
    connection = await asyncpg.connect(service.database_url)
    try:
        rows: int = await connection.fetchval(
            "SELECT (SELECT count(*) FROM ledger.snapshot_items) + (SELECT count(*) FROM ledger.snapshot_staging)"
        )
        return rows
    finally:
        await connection.close()
