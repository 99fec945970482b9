"""`ledgerd snapshot`: pages and accounts as they were kept go in once, in order; what differs is put on record."""

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ledger.store.tokens import Role
from tests.cli.program import Ended
from tests.cli.severed_wire import severed
from tests.cli.target import Client, opened
from tests.client.snapshots.kept import history, incident, summary, update, write
from tests.conftest import Cloned
from tests.service.fixture import Service, running

DAY = "2026-11-20T"
REAL = "cloudflare_status_snapshots_2025-11.ndjson"
AS_KEPT = ("--account", "www.cloudflarestatus.com")


@pytest.fixture
def client(service: Service, tmp_path: Path) -> Client:
    """Commands against the service."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return Client(service, folder)


async def post(client: Client, source: object, *options: object, **settings: str) -> Ended:
    return await client.run("snapshot", source, "--ledger", "demo", *options, role=Role.POSTER, **settings)


async def observations(client: Client) -> Counter[str]:
    types = Counter(event["entry"]["type"] for event in await client.events(Role.READER))
    return Counter({type_: count for type_, count in types.items() if "observed" in type_})


def page(hour: int, *incidents: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The page at an hour."""
    return {"snapshot_at": f"{DAY}{hour:02}:00:00+00:00", **summary(*incidents), **more}


def shown(id_: str, text: str, title: str = "Trouble") -> dict[str, Any]:
    """An incident with one update."""
    return incident(id_, update(f"{id_}1", text, at=f"{DAY}01:00:00.123Z"), name=title, at=f"{DAY}01:00:00Z")


HISTORY = [
    page(4, shown("a", "Rewritten again.", "Great trouble"), shown("b", "As before.")),
    page(3, shown("a", "Rewritten.")),
    page(2, shown("a", "First <b>words</b>.")),
]


async def test_a_history_is_replayed_in_the_order_of_time_and_what_was_rewritten_is_on_record(client: Client) -> None:
    file = write(client.folder / "history.ndjson", *HISTORY)
    done = await post(client, file)
    assert done.code == 0, done.errors
    assert "3 snapshots posted with 8 items, 0 already there, 0 refused" in done.output
    assert "2 update.observed_changed" in done.output
    assert "1 incident.observed_retitled" in done.output
    assert f"{client.service.url}/reconciliation" in done.output
    events = [
        event for event in await client.events(Role.READER) if event["entry"]["type"] == "update.observed_changed"
    ]
    assert [opened(event)["after"] for event in events] == ["Rewritten.", "Rewritten again."]
    assert [opened(event)["seen_at"][11:13] for event in events] == ["03", "04"]


async def test_a_second_replay_adds_nothing(client: Client) -> None:
    file = write(client.folder / "history.ndjson", *HISTORY)
    assert (await post(client, file)).code == 0
    before = await client.events(Role.READER)
    again = await post(client, file)
    assert (again.code, again.output.splitlines()) == (
        0,
        ["0 snapshots posted with 0 items, 3 already there, 0 refused", "0 observations put on record"],
    )
    assert await client.events(Role.READER) == before


async def test_a_folder_is_posted_as_its_names_tell_the_time(client: Client) -> None:
    for document in HISTORY:
        at = document["snapshot_at"].replace(":", "-")
        write(client.folder / "kept" / f"{at[:19]}.json", {**document, "snapshot_at": None})
    done = await post(client, client.folder / "kept")
    assert done.code == 0, done.errors
    assert "2 update.observed_changed" in done.output


async def test_an_update_is_missing_only_where_its_incident_is_still_listed(client: Client) -> None:
    def listed(hour: int, *incidents: dict[str, Any]) -> dict[str, Any]:
        return {"snapshot_at": f"{DAY}{hour:02}:00:00Z", **history(*incidents)}

    old = incident("old", update("o1", at="2026-11-18T01:00:00Z"), update("o2", at="2026-11-19T09:00:00Z"))
    old |= {"created_at": "2026-11-18T00:00:00Z", "status": "resolved"}
    first, second = (update(id_, at=f"2026-11-19T0{hour}:00:00Z") for id_, hour in (("k1", 2), ("k2", 3)))
    kept = incident("kept", first, second, at="2026-11-19T01:00:00Z", status="resolved")
    less = {**kept, "incident_updates": [first]}
    lists = [listed(1, kept, old), *(listed(hour, less) for hour in (2, 3, 4))]
    done = await post(client, write(client.folder / "lists.ndjson", *lists))
    assert done.code == 0, done.errors
    missing = [
        event for event in await client.events(Role.READER) if event["entry"]["type"] == "update.observed_missing"
    ]
    assert [opened(event)["update_id"] for event in missing] == ["k2"]


async def test_bad_snapshots_are_named_and_the_others_go_in(client: Client) -> None:
    file = write(client.folder / "history.ndjson", HISTORY[0], HISTORY[2])
    with file.open("a") as out:
        out.write("{broken\n" + json.dumps({"snapshot_at": "2026-11-20T03:00:00Z", "error": 502}) + "\n")
    done = await post(client, file)
    assert done.code == 1
    assert "2 snapshots posted with 6 items, 0 already there, 2 refused" in done.output
    assert "history.ndjson:3: not JSON" in done.errors
    assert "history.ndjson:4: there is no list of incidents" in done.errors
    assert (await observations(client))["update.observed_changed"] == 1


async def test_what_comes_too_late_is_refused_by_name_and_what_stands_twice_is_one(client: Client) -> None:
    assert (await post(client, write(client.folder / "new.ndjson", HISTORY[0]))).code == 0
    late = await post(client, write(client.folder / "old.ndjson", HISTORY[1], HISTORY[1], HISTORY[1] | {"commit": "x"}))
    assert late.code == 1
    assert "old.ndjson:1: " in late.errors
    assert "order in which they were taken" in late.errors
    later = page(5, shown("a", "Rewritten again."))
    twice = await post(client, write(client.folder / "more.ndjson", later, later | {"commit": "x"}))
    assert (twice.code, twice.output.splitlines()[0]) == (
        0,
        "1 snapshots posted with 2 items, 1 already there, 0 refused",
    )


async def test_an_account_comes_as_a_table_with_what_the_file_does_not_say(client: Client) -> None:
    rows = [
        "kind,external_id,text,visible,created_at",
        f'comment,1,"Where is\rmy train?",true,{DAY}09:00:00Z',
        f"reply,2,On its way.,true,{DAY}09:05:00Z",
    ]
    file = client.file("acme.csv", rows)
    options = ("--platform", "x", "--account", "acme", "--taken-at", f"{DAY}14:00:00Z", "--completeness", "complete")
    done = await post(client, file, *options)
    assert done.code == 0, done.errors
    assert "1 snapshots posted with 2 items" in done.output
    [taken] = [event for event in await client.events(Role.READER) if event["entry"]["type"] == "snapshot.imported"]
    told = opened(taken)
    assert (told["platform"], told["account"], told["items"], told["completeness"]) == ("x", "acme", 2, "complete")
    assert told["window"] == {"from": f"{DAY}09:00:00Z", "to": f"{DAY}14:00:00Z"}


@pytest.mark.slow
async def test_a_hundred_thousand_items_are_streamed(client: Client) -> None:
    header = {"snapshot": "snapshot/1", "platform": "x", "account": "acme", "taken_at": f"{DAY}14:00:00Z"}
    items = ({"kind": "comment", "external_id": str(n), "visible": False} for n in range(100_000))
    file = write(client.folder / "large.ndjson", header, *items)
    done = await post(client, file)
    assert done.code == 0, done.errors
    assert "1 snapshots posted with 100,000 items" in done.output


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A status page on the web."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(summary(shown("a", "Words.")))

    app = web.Application()
    app.router.add_get("/api/v2/summary.json", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/api/v2/summary.json"))


async def test_a_page_is_fetched_and_posted_as_of_now(client: Client, site: str) -> None:
    done = await post(client, site)
    assert done.code == 0, done.errors
    [taken] = [event for event in await client.events(Role.READER) if event["entry"]["type"] == "snapshot.imported"]
    told = opened(taken)
    assert (told["url"], told["account"], told["captured_with"]) == (site, "status.example.com", "ledgerd snapshot")
    nowhere = await post(client, site.replace("summary", "incidents"))
    assert (nowhere.code, "answers 404" in nowhere.errors) == (2, True)


async def test_a_dry_run_says_what_would_be_posted_and_posts_nothing(client: Client) -> None:
    file = write(client.folder / "history.ndjson", *HISTORY)
    done = await post(client, file, "--dry-run", LEDGERD_URL="http://127.0.0.1:9")
    first, _, third, last = done.output.splitlines()
    assert first.split("\t")[:5] == [
        f"{DAY}02:00:00Z",
        "page status.example.com on web",
        "partial",
        f"{DAY}01:00:00Z/{DAY}02:00:00Z",
        "1 incident, 1 update",
    ]
    assert "2 incident, 2 update" in third
    assert last == "3 snapshots with 8 items would be posted, 0 refused (dry run: nothing was posted)"
    assert await client.events(Role.READER) == []


async def test_a_replay_goes_on_after_the_connection_breaks(client: Client) -> None:
    file = write(client.folder / "history.ndjson", *HISTORY)
    async with severed(client.service.base_url, answers=(0, 0, 40)) as url:
        done = await post(client, file, LEDGERD_URL=url)
    assert done.code == 0, done.errors
    assert ", 0 refused" in done.output
    assert (await observations(client))["update.observed_changed"] == 2


async def test_wrong_use_is_told_in_a_line(client: Client) -> None:
    file = write(client.folder / "history.ndjson", *HISTORY)
    empty = client.folder / "empty"
    empty.mkdir()
    wrong = {
        (file, "--taken-at", f"{DAY}01:00:00Z"): "--taken-at is one moment, and there are 3 snapshots",
        (file, "--window-from", "yesterday"): "--window-from: expected an RFC 3339 time",
        (client.folder / "nowhere.json",): "No such file",
        (empty,): "no JSON, NDJSON or CSV in this folder",
    }
    for (source, *options), said in wrong.items():
        done = await post(client, source, *options)
        assert (done.code, said in done.errors, len(done.errors.splitlines())) == (2, True, 1), done.errors
    denied = await client.run("snapshot", file, "--ledger", "demo", role=Role.READER)
    assert (denied.code, "This needs one of the roles" in denied.errors) == (2, True)


def counted(raw: bytes) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Every wording of each update, and every title of each incident, in the order in which a page showed them."""
    texts, titles = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for line in sorted(map(json.loads, raw.splitlines()), key=lambda page: page["snapshot_at"]):
        for each in line["incidents"]:
            told = [(texts[one["id"]], one["body"]) for one in each["incident_updates"]]
            for before, now in [*told, (titles[each["id"]], each["name"])]:
                if before[-1:] != [now]:
                    before.append(now)
    return texts, titles


@pytest.fixture(scope="module")
async def replayed(
    cloned: Cloned, template: str, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Client]:
    """Commands against a service to which the real page was replayed once; what comes again adds nothing."""
    folder = tmp_path_factory.mktemp("replayed")
    async with cloned(template) as dsn, running(dsn, folder) as service:
        client = Client(service, folder)
        done = await post(client, shared_data / REAL, *AS_KEPT)
        assert done.code == 0, done.errors
        yield client


async def test_a_real_page_is_found_to_have_rewritten_what_it_rewrote_and_nothing_else(
    replayed: Client, shared_data: Path
) -> None:
    texts, titles = counted((shared_data / REAL).read_bytes())
    rewrites = {id_: told for id_, told in texts.items() if len(told) > 1}
    retitled = {id_: told for id_, told in titles.items() if len(told) > 1}
    assert (sum(map(len, rewrites.values())) - len(rewrites), len(rewrites)) == (10, 6)
    assert (sum(map(len, retitled.values())) - len(retitled), len(retitled)) == (4, 3)
    events = await replayed.events(Role.READER)
    changed = [opened(each) for each in events if each["entry"]["type"] == "update.observed_changed"]
    assert Counter(each["update_id"] for each in changed) == {id_: len(told) - 1 for id_, told in rewrites.items()}
    for id_, told in rewrites.items():
        assert [each["after"] for each in changed if each["update_id"] == id_] == told[1:]
    renamed = [opened(each) for each in events if each["entry"]["type"] == "incident.observed_retitled"]
    assert Counter((each["from"], each["to"]) for each in renamed) == Counter(
        pair for told in retitled.values() for pair in pairwise(told)
    )
    found = await observations(replayed)
    assert not found.keys() & {"update.observed_missing", "update.observed_redated"}
    assert found["update.observed"] == len(texts)
    again = await post(replayed, shared_data / REAL, *AS_KEPT)
    assert (again.code, "0 snapshots posted with 0 items, 179 already there, 0 refused" in again.output) == (0, True)
    assert await replayed.events(Role.READER) == events


async def test_the_timeline_of_a_real_outage_shows_every_version_of_its_first_update_when_it_was_seen(
    replayed: Client, shared_data: Path
) -> None:
    raw = (shared_data / REAL).read_bytes()
    outage, first = "8gmgl950y3h7", "hznybsbxlsns"
    versions: list[tuple[datetime, str]] = []
    for kept in map(json.loads, raw.splitlines()):
        for one in (one for each in kept["incidents"] for one in each["incident_updates"] if one["id"] == first):
            if not versions or versions[-1][1] != one["body"]:
                versions.append((datetime.fromisoformat(kept["snapshot_at"]), one["body"]))
    assert len(versions) == 3
    last = len(await replayed.events(Role.READER)) - 1
    url = f"{replayed.service.url}/incidents/{outage}/timeline?format=ndjson&after={last}"
    async with replayed.service.session.get(url, headers=replayed.service.bearer(Role.READER)) as response:
        assert response.status == 200, await response.text()
        timeline = [opened(json.loads(line)) for line in (await response.text()).splitlines()]
    of_first = [each for each in timeline if each.get("update_id") == first]
    assert [
        (datetime.fromisoformat(each["seen_at"]), each.get("after", each.get("text"))) for each in of_first
    ] == versions
