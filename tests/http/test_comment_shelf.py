"""A table of comments that is kept between requests holds at any time what a fresh one would."""

import asyncio

import pytest

from ledger.store.tokens import Role
from ledger.web import comment_shelf
from ledger.web.comment_shelf import CommentShelf
from ledger.web.context import LEDGERS
from projections.comment_table import CommentTable
from tests.http.client import Client, Event
from tests.service.fixture import LEDGER

INCIDENT = "outage"


@pytest.fixture(autouse=True)
def _keep_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment_shelf, "_KEPT_FROM", 1)


async def held(client: Client, shelf: CommentShelf, incident: str = INCIDENT) -> dict[str, str]:
    """What the shelf's table says of each comment, and of everything else."""
    ledger = await client.service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    async with shelf.table(ledger, incident) as (_, table):
        return said(table)


def said(table: CommentTable) -> dict[str, str]:
    return {name: table.row(name).stored() for name in (*table.names, *table.others)}


async def tell(client: Client, *events: Event) -> None:
    indexes = [(await client.post(event, role=Role.ADMIN)).document["index"] for event in events]
    await client.get(f"/incidents/{INCIDENT}?after={max(indexes)}", Role.READER)


def event(id_: str, type_: str, subject: str | None = INCIDENT, **data: object) -> Event:
    told = {"specversion": "1.0", "id": id_, "source": "urn:desk", "type": type_, "time": "2026-11-22T14:00:00Z"}
    return told | ({} if subject is None else {"subject": subject}) | {"data": data}


def comment(name: str, subject: str | None = INCIDENT) -> Event:
    return event(f"c-{name}", "comment.received", subject, platform="x", external_id=name, text="Where is it?")


async def test_every_change_reaches_a_kept_table_links_included(client: Client) -> None:
    kept = CommentShelf()
    outside = (await client.post(comment("outside", None), role=Role.ADMIN)).document["index"]
    steps = [
        [comment("1"), comment("2")],
        [event("r-1", "reply.posted", platform="x", external_id="r1", in_reply_to="1", text="Soon.")],
        [event("o-1", "comment.outcome_set", external_id="2", outcome="answered_elsewhere")],
        [event("l-1", "event.linked", target_event=outside)],
        [event("t-1", "concern.linked", theme="delay", comments=["1", "2", "unknown"]), comment("3")],
        [comment("unknown")],
        [comment("other", "another")],
    ]
    seen: list[int] = []
    for step in steps:
        await tell(client, *step)
        fresh = await held(client, CommentShelf())
        assert await held(client, kept) == fresh
        seen.append(len(fresh))
    assert seen == [2, 3, 3, 4, 6, 6, 6]


async def test_many_readers_at_once_share_one_table_and_see_it_whole(client: Client) -> None:
    await tell(client, *[comment(str(number)) for number in range(30)])
    posting = asyncio.create_task(tell(client, *[comment(str(number)) for number in range(30, 60)]))
    while not posting.done():
        answers = await asyncio.gather(*(client.get(f"/incidents/{INCIDENT}/comments") for _ in range(8)))
        for answer in answers:
            received = answer.document["received"]
            assert received["indexes"] == list(range(received["count"]))
            assert received["count"] == answer.document["size"]
    await posting


async def test_what_was_asked_for_longest_ago_goes_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment_shelf, "_KEPT_AT_MOST", 3)
    shelf = CommentShelf()
    await tell(client, comment("a", "one"), comment("b", "one"), comment("c", "two"), comment("d", "three"))
    for incident in ("one", "two", "one", "three"):
        await held(client, shelf, incident)
    assert [incident for _, incident in shelf._kept] == ["one", "three"]
