"""Reading: pages, streams, spreadsheets, live tails, receipts, tiles; the headers that caches and browsers go by."""

import asyncio
import csv
import gzip
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from events.vocabulary import VOCABULARY
from ledger.core.receipt import parse_receipt
from ledger.store.tokens import Role
from tests.http.client import Client, comment

FOR_EVER = "public, max-age=31536000, immutable"


async def filled(client: Client, count: int, **attributes: Any) -> None:
    """Append so many events."""
    batch = [
        comment(f"e{number}", time=f"2026-11-22T14:{59 - number % 60:02d}:00Z", **attributes) for number in range(count)
    ]
    assert (await client.post_batch(batch, Prefer="return=minimal")).status == 201


async def walked(client: Client, path: str) -> list[Any]:
    """Follow `Link: rel=next` to the end, holding `next` of each page against it."""
    items: list[Any] = []
    following: str | None = path
    while following is not None:
        answer = await client.get(following)
        assert answer.status == 200
        items += answer.document["items"]
        link = answer.headers.get("Link")
        assert link == (None if answer.document["next"] is None else f'<{answer.document["next"]}>; rel="next"')
        following = answer.document["next"] and "/" + answer.document["next"]
    return items


@pytest.mark.parametrize("limit", [1, 7, 20, 21, 1000])
async def test_pages_hold_every_event_once_and_in_order(client: Client, limit: int) -> None:
    await filled(client, 20)
    assert [item["index"] for item in await walked(client, f"/events?limit={limit}")] == list(range(20))


@pytest.mark.parametrize("order", ["accepted", "time"])
async def test_pages_of_a_timeline_hold_every_event_once(client: Client, order: str) -> None:
    await filled(client, 23, subject="panne:café+1")
    items = await walked(client, f"/incidents/panne:caf%C3%A9+1/timeline?limit=5&after=22&order={order}")
    assert sorted(item["index"] for item in items) == list(range(23))
    clock = "time" if order == "time" else "index"
    assert [item[clock] for item in items] == sorted(item[clock] for item in items)


async def test_pages_of_incidents_hold_each_once(client: Client) -> None:
    names = [f"i{number}" for number in range(9)]
    await client.post_batch([comment(subject=name) for name in names])
    assert [row["incident"] for row in await walked(client, "/incidents?limit=4&after=8")] == names


async def test_selection_holds_over_pages(client: Client) -> None:
    await client.post_batch([comment(subject=("a", "b")[number % 2]) for number in range(12)])
    chosen = await walked(client, "/events?incident=a&limit=2&after=11")
    assert [item["index"] for item in chosen] == [0, 2, 4, 6, 8, 10]
    assert len(await walked(client, "/events?type=comment.received&limit=5")) == 12
    assert await walked(client, "/events?type=reply.posted&limit=5") == []


async def test_clock_of_the_ledger_selects(client: Client) -> None:
    await filled(client, 2)
    await filled(client, 3, source="urn:later")
    moment = (await client.get("/events/2")).document["entry"]["accepted_at"]
    assert [item["index"] for item in await walked(client, f"/events?since={moment}")] == [2, 3, 4]
    assert [item["index"] for item in await walked(client, f"/events?until={moment}")] == [0, 1]
    assert await walked(client, "/events?since=2999-01-01T00:00:00%2B01:00") == []


@pytest.mark.parametrize("path", ["/events", "/incidents/i/timeline"])
async def test_all_forms_hold_the_same_events(client: Client, path: str) -> None:
    await filled(client, 30, subject="i")
    items = await walked(client, f"{path}?limit=11&after=29")
    lines = (await client.get(path, Accept="application/x-ndjson")).lines
    assert lines == items
    rows = list(csv.DictReader(io.StringIO((await client.get(path, Accept="text/csv")).body.decode())))
    assert [int(row["index"]) for row in rows] == [item["index"] for item in items]
    assert [json.loads(row["fields"]).keys() for row in rows] == [item["openings"].keys() - {"time"} for item in items]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("TEXT/CSV;q=0.5", "text/csv"),
        ("text/html, text/csv", "text/csv"),
    ],
)
async def test_accept_chooses_the_form(standing: Client, accept: str, content_type: str) -> None:
    answer = await standing.get("/events", Accept=accept)
    assert answer.headers["Content-Type"].partition(";")[0] == content_type


async def test_no_cell_of_a_spreadsheet_is_run_as_a_formula(client: Client) -> None:
    posted = await client.post(comment("=1+1", source="=cmd()", subject="i", data={"text": "@SUM(1)"}))
    assert posted.status == 201
    for path in ("/events", "/incidents/i/timeline"):
        answer = await client.get(f"{path}?format=csv&after=0", Role.AUDITOR)
        cells = [cell for row in csv.reader(io.StringIO(answer.body.decode())) for cell in row]
        assert "'=cmd()" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


async def test_receipt_alone_is_given_to_who_asks_for_text(client: Client) -> None:
    event = comment("a")
    receipts = [await client.post(event, Accept="text/plain") for _ in range(2)]
    assert [answer.status for answer in receipts] == [201, 200]
    stored = await client.get("/events/0/receipt", None)
    assert receipts[0].body == receipts[1].body == stored.body
    assert stored.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert stored.headers["Content-Disposition"] == 'attachment; filename="demo-0.tlog-proof"'
    assert parse_receipt(stored.body).index == 0


async def test_minimal_answer_is_the_index_and_says_that_it_is(client: Client) -> None:
    answer = await client.post(comment(), Prefer="respond-async, return=minimal")
    assert (answer.document, answer.headers["Preference-Applied"]) == ({"index": 0}, "return=minimal")
    batch = await client.post_batch([comment(), comment()], Prefer="return=minimal")
    assert batch.document == {"events": [{"index": 1}, {"index": 2}]}
    assert "Preference-Applied" not in (await client.post(comment())).headers


async def test_entry_bundle_is_compressed_for_who_takes_it(client: Client) -> None:
    await filled(client, 3)
    path = client.service.url + "/tile/entries/000.p/3"
    async with ClientSession(auto_decompress=False) as session:
        async with session.get(path, headers={"Accept-Encoding": "gzip"}) as compressed:
            packed = await compressed.read()
            assert compressed.headers["Content-Encoding"] == "gzip"
        for refusal in ("identity", "gzip;q=0", "br"):
            async with session.get(path, headers={"Accept-Encoding": refusal}) as plain:
                assert "Content-Encoding" not in plain.headers
                assert await plain.read() == gzip.decompress(packed)
                assert plain.headers["Vary"] == "Accept-Encoding"


async def test_tiles_may_be_kept_for_ever_and_what_is_not_there_may_not(client: Client) -> None:
    await filled(client, 3)
    for path in ("/tile/0/000.p/3", "/tile/0/000.p/1", "/tile/entries/000.p/2"):
        tile = await client.get(path, None)
        assert (tile.status, tile.headers["Cache-Control"]) == (200, FOR_EVER)
        assert tile.headers["Content-Type"] == "application/octet-stream"
    for path in ("/tile/0/000.p/4", "/tile/0/000", "/tile/1/000.p/1", "/tile/entries/000.p/4", "/tile/0/001.p/1"):
        missing = await client.get(path, None)
        assert missing.status == 404
        assert "Cache-Control" not in missing.headers


async def test_checkpoint_is_always_asked_for_anew(client: Client) -> None:
    before = await client.get("/checkpoint", None)
    await client.post(comment())
    after = await client.get("/checkpoint", None)
    assert before.body != after.body
    assert after.headers["Cache-Control"] == "no-cache"
    assert after.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["", "/checkpoint", "/tile/0/000.p/1", "/tile/entries/000.p/1", "/proofs/inclusion?index=0"]
)
async def test_proofs_may_be_read_from_any_page(standing: Client, path: str) -> None:
    await standing.post(comment())
    assert (await standing.get(path, None)).headers["Access-Control-Allow-Origin"] == "*"


async def test_content_may_not_be_read_from_any_page_nor_kept(standing: Client) -> None:
    await standing.post(comment(subject="kept"))
    for path in ("/events", "/events/0", "/incidents", "/events?format=ndjson", "/incidents/kept/timeline?after=0"):
        answer = await standing.get(path)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "public" not in answer.headers.get("Cache-Control", "")


@asynccontextmanager
async def tail(client: Client, path: str, **headers: str) -> AsyncIterator["Tail"]:
    request = client.service.session.get(
        client.service.url + path,
        headers={**client.service.bearer(Role.READER), "Accept": "text/event-stream", **headers},
    )
    async with request as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Tail(response)


class Tail:
    """A live stream of events, read one by one."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[int, Any]:
        """Wait for the next event; return its id and its document."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(15):
            while line := (await self._response.content.readline()).decode().rstrip("\r\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
            if "id" not in fields:
                return await self.next()
        return int(fields["id"]), json.loads(fields["data"])


@pytest.mark.parametrize("path", ["/events?start=0", "/events?start=0&incident=i", "/incidents/i/timeline"])
async def test_tail_begins_with_what_is_there_and_goes_on_with_what_comes(client: Client, path: str) -> None:
    await filled(client, 3, subject="i")
    async with tail(client, path) as stream:
        first = [await stream.next() for _ in range(3)]
        await client.post(comment(subject="i", data={"text": "de\u2028 suite\n"}))
        first.append(await stream.next())
    assert [index for index, _ in first] == [0, 1, 2, 3]
    assert [document["index"] for _, document in first] == [0, 1, 2, 3]


@pytest.mark.parametrize("path", ["/events", "/events?incident=i", "/incidents/i/timeline"])
async def test_tail_goes_on_behind_the_last_event_that_was_seen(client: Client, path: str) -> None:
    await filled(client, 5, subject="i")
    async with tail(client, path, **{"Last-Event-ID": "2"}) as stream:
        assert [(await stream.next())[0] for _ in range(2)] == [3, 4]


async def test_tail_without_a_place_begins_with_what_comes(client: Client) -> None:
    await filled(client, 3)
    async with tail(client, "/events") as stream:
        waiting = asyncio.create_task(stream.next())
        await asyncio.sleep(0.05)
        await client.post(comment())
        assert (await waiting)[0] == 3


async def test_tail_shows_only_what_is_selected(client: Client) -> None:
    async with tail(client, "/events?start=0&type=custom.a") as stream:
        for type_ in ("custom.b", "custom.a", "custom.b", "custom.a"):
            await client.post(comment(type=type_))
        assert [(await stream.next())[0] for _ in range(2)] == [1, 3]


async def test_timeline_of_what_is_no_incident_is_not_found(client: Client) -> None:
    await client.post(comment())
    for path in ("/incidents/none", "/incidents/none/timeline", "/incidents/none/timeline?format=csv"):
        assert (await client.get(f"{path}{'&' if '?' in path else '?'}after=0")).problem == "not-found"


async def test_reader_of_a_page_far_behind_the_log_gets_an_empty_one(client: Client) -> None:
    await client.post(comment())
    answer = await client.get("/events?start=9999999999999999")
    assert answer.document == {"items": [], "next": None}


async def test_every_type_can_be_asked_for(standing: Client) -> None:
    for type_ in [*VOCABULARY, "custom.any"]:
        assert (await standing.get(f"/events?type={type_}&limit=1")).status == 200


async def test_large_page_is_compressed_for_who_takes_it(client: Client) -> None:
    await filled(client, 50)
    async with client.service.session.get(
        client.service.url + "/events", headers={**client.service.bearer(Role.READER), "Accept-Encoding": "gzip"}
    ) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len((await answer.json())["items"]) == 50


async def test_reply_to_a_comment_that_comes_later_is_unproven_until_it_comes(client: Client) -> None:
    reply = {"platform": "x", "external_id": "r-1", "in_reply_to": "late", "text": "On regarde."}
    await client.post(comment(subject="paris", type="reply.posted") | {"data": reply})
    page = await client.get("/incidents/paris/timeline?after=0")
    assert [item["unproven"] for item in page.document["items"]] == [["in_reply_to"]]
    csv = (await client.get("/incidents/paris/timeline?format=csv")).body.decode().splitlines()
    assert csv[1].split(",")[csv[0].split(",").index("unproven")] == "in_reply_to"
    await client.post(comment(data={"external_id": "late"}))
    page = await client.get("/incidents/paris/timeline?after=1")
    assert [item["unproven"] for item in page.document["items"]] == [[]]
