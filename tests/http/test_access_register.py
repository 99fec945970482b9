"""The access register says what the log says: every access, who made it, how often; and it hides no look at itself."""

import csv
import io
from typing import Any

import pytest

from ledger.app import utc_now
from ledger.store.connections import open_pool
from ledger.store.tokens import Role, Tokens
from ledger.web.context import LEDGERS
from projections.accesses import ACCESS_TYPES
from projections.event import Event
from tests.http.client import Client, comment
from tests.http.test_access_record import named
from tests.runner.shelves import read_log

GRANTED = comment(
    "grant-1",
    type="auditor.access_granted",
    actor="person:jeanne",
    data={"auditor": "Cour des comptes", "by": "jeanne", "incidents": ["paris"]},
) | {"data": {"auditor": "Cour des comptes", "by": "jeanne", "incidents": ["paris"]}}


async def read_by_three(client: Client) -> None:
    """Let two auditors and a dashboard read, and somebody be allowed to."""
    await client.post_batch([comment(subject="paris"), comment(subject="lyon"), GRANTED])
    (first, _), (second, _) = await named(client, "first"), await named(client, "second")
    await client.get("/events?limit=2", None, **first)
    await client.get("/incidents/paris/timeline?after=2", None, **first)
    await client.get("/events?format=ndjson&incident=lyon", None, **second)
    await client.get("/events", Role.READER)


async def accesses(client: Client) -> list[Event]:
    """What the log itself says."""
    return [event for event in await read_log(client.service.database_url) if event.type in ACCESS_TYPES]


async def register(client: Client, query: str = "", role: Role = Role.ADMIN) -> list[dict[str, Any]]:
    """Page through the register as far as the log goes now, in pages of two."""
    last, lines, start = await client.size() - 1, list[dict[str, Any]](), 0
    while True:
        answer = await client.get(f"/access-register?limit=2&start={start}&after={last}{query}", role)
        lines += answer.document["items"]
        if answer.document["next"] is None:
            return lines
        start = int(answer.document["next"].partition("start=")[2].partition("&")[0])


async def test_the_register_is_what_the_log_says(client: Client) -> None:
    await read_by_three(client)
    expected = [
        {
            "index": event.index,
            "type": event.type,
            "at": event.accepted_at,
            "who": event.text("by"),
            "role": event.text("role"),
            "rows": event.value("rows"),
            "auditor": event.text("auditor"),
            "manifest_sha256": None,
        }
        for event in await accesses(client)
    ]
    lines = await register(client)
    assert len(lines) == 4
    assert [{name: line[name] for name in expected[0]} for line in lines] == expected
    assert [line["withheld"] for line in lines] == [["filter"]] * 4
    assert [line["incidents"] for line in lines] == [["paris"], [], ["paris"], ["lyon"]]


async def test_the_matrix_counts_what_the_log_holds_with_the_events_behind_each_number(client: Client) -> None:
    await read_by_three(client)
    log = await accesses(client)
    answer = await client.get(f"/access-register/matrix?after={log[-1].index}", Role.ADMIN)
    matrix = answer.document
    for who in {event.text("by") for event in log}:
        for type_ in ACCESS_TYPES:
            indexes = [event.index for event in log if event.text("by") == who and event.type == type_]
            cell = matrix["by_who"][who].get(type_, {"value": 0, "count": 0, "indexes": []})
            assert cell == {"value": len(indexes), "count": len(indexes), "indexes": indexes}
    assert matrix["accesses"]["indexes"] == [event.index for event in log]
    assert {name: cell["value"] for name, cell in matrix["by_type"].items()} == {
        "access.viewed": 3,
        "auditor.access_granted": 1,
    }
    assert matrix["rows"]["value"] == sum(n for event in log if isinstance(n := event.value("rows"), int))
    assert matrix["streams"]["value"] == 1
    assert [each["who"].partition(" ")[2] for each in matrix["holders"]] == ["test auditor", "first", "second"]
    assert "Access-Recorded" not in answer.headers


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("&incident=paris", [0, 2]),
        ("&incident=lyon", [3]),
        ("&type=auditor.access_granted", [0]),
        ("&who=jeanne", [0]),
        ("&who={first}", [1, 2]),
        ("&who={id}", [1, 2]),
        ("&since={at}", [2, 3]),
        ("&until={at}", [0, 1]),
        ("&who=nobody", []),
    ],
)
async def test_filters_choose(client: Client, query: str, found: list[int]) -> None:
    await read_by_three(client)
    log = await accesses(client)
    name = log[1].text("by") or ""
    asked = query.format(first=name.replace(" ", "+"), id=name.partition(" ")[0], at=log[2].accepted_at)
    expected = [log[place].index for place in found]
    assert [line["index"] for line in await register(client, asked)] == expected
    matrix = (await client.get(f"/access-register/matrix?{asked[1:]}", Role.ADMIN)).document
    assert matrix["accesses"]["indexes"] == expected


async def test_what_was_asked_is_shown_to_auditors_and_that_they_saw_it_is_on_record(client: Client) -> None:
    await read_by_three(client)
    log = await accesses(client)
    answer = await client.get(f"/access-register?after={log[-1].index}", Role.AUDITOR)
    assert [line["filter"] for line in answer.document["items"]] == [event.text("filter") for event in log]
    (made,) = (await accesses(client))[len(log) :]
    assert (answer.headers["Access-Recorded"], made.value("rows")) == (str(made.index), 3)
    again = await client.get(f"/access-register?start={made.index}&after={made.index}", Role.AUDITOR)
    assert len(again.document["items"]) == 1
    assert "Access-Recorded" not in again.headers, "it told its reader only what they had asked"


async def test_the_table_holds_the_same_lines(client: Client) -> None:
    await read_by_three(client)
    lines = await register(client)
    text = (await client.get("/access-register?format=csv", Role.ADMIN)).body.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["index"] for row in rows] == [str(line["index"]) for line in lines]
    assert [row["who"] for row in rows] == [line["who"] for line in lines]
    assert "filter" not in rows[0]
    whole = (await client.get("/access-register?format=csv", Role.AUDITOR)).body.decode()
    assert [row["filter"] for row in csv.DictReader(io.StringIO(whole))][1] == "/ledgers/demo/events?limit=2"


async def test_revoked_tokens_stay_among_those_that_could_read(client: Client) -> None:
    await client.post(comment())
    bearer, name = await named(client, "gone")
    await client.get("/events", None, **bearer)
    async with open_pool(client.service.database_url) as pool:
        await Tokens(pool, utc_now).revoke("demo", name.removeprefix("token:").partition(" ")[0])
    matrix = (await client.get("/access-register/matrix?after=1", Role.ADMIN)).document
    (gone,) = [each for each in matrix["holders"] if each["who"] == name]
    assert gone["revoked_at"] is not None
    assert matrix["by_who"][name]["access.viewed"]["value"] == 1


@pytest.mark.parametrize("role", [Role.READER, Role.POSTER])
async def test_who_accessed_is_for_auditors_and_administrators(standing: Client, role: Role) -> None:
    for path in ("/access-register", "/access-register/matrix"):
        assert (await standing.get(path, role)).problem == "forbidden"


@pytest.mark.parametrize("query", ["type=comment.received", "format=sse", "format=ndjson", "limit=0", "order=who"])
async def test_a_parameter_that_makes_no_sense_is_named(standing: Client, query: str) -> None:
    answer = await standing.get(f"/access-register?{query}", Role.ADMIN)
    assert (answer.problem, answer.pointers) == ("bad-request", [f"?{query.partition('=')[0]}"])


async def test_a_selective_filter_goes_on_over_pages_of_a_long_register(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("ledger.web.access_register.SLICE", "ledger.web.access_register._PORTIONS_A_PAGE"):
        monkeypatch.setattr(module, 2)
    await client.post_batch([comment() for _ in range(9)])
    (ledger,) = client.service.app[LEDGERS].opened
    for _ in range(12):
        await client.get("/events/0", Role.AUDITOR)
    (last, name) = await named(client, "last")
    await client.get("/events/1", None, **last)
    await ledger.folded.reach(22, 10)
    assert [line["index"] for line in await register(client, f"&who={name.replace(' ', '+')}")] == [21]
    assert len(await register(client)) == 13
