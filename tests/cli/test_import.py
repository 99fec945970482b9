"""`ledgerd import`: everything goes in once, a bad line stops nothing, and breaks are made good."""

import json
from collections import Counter
from pathlib import Path

import pytest

from ledger.store.tokens import Role
from tests.cli.program import comment
from tests.cli.severed_wire import severed
from tests.cli.target import Client, Raw, opened
from tests.service.fixture import Service


@pytest.fixture
def client(service: Service, tmp_path: Path) -> Client:
    """Commands against the service."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return Client(service, folder)


@pytest.mark.parametrize("name", ["ibm_cdp_events_masked", "twcs_events"])
async def test_a_real_conversation_goes_in_once_and_its_timeline_counts_what_the_file_holds(
    client: Client, shared_data: Path, name: str
) -> None:
    file = shared_data / f"{name}.ndjson"
    rows = [json.loads(line) for line in file.read_bytes().splitlines()]
    done = await client.import_(file, "--incident", "real")
    assert done.code == 0, done.errors
    assert f"{len(rows):,} read, {len(rows):,} appended, 0 already there, 0 refused" in done.output
    assert ("renamed data.company → data.account" in done.output) is ("company" in rows[0]["data"])
    again = await client.import_(file, "--incident", "real")
    assert (again.code, again.output.splitlines()[-1]) == (
        0,
        f"{len(rows):,} read, 0 appended, {len(rows):,} already there, 0 refused",
    )
    url = f"{client.service.url}/incidents/real/timeline?format=ndjson&after={len(rows) - 1}"
    async with client.service.session.get(url, headers=client.service.bearer(Role.READER)) as response:
        timeline = [json.loads(line) for line in (await response.text()).splitlines()]
    assert Counter(item["entry"]["type"] for item in timeline) == Counter(row["type"] for row in rows)
    verified = await client.run("verify", client.service.url, role=Role.AUDITOR)
    assert verified.code == 0
    assert f"{len(rows):,} of {len(rows):,} entries valid" in verified.output


async def test_bad_lines_are_named_by_file_line_and_place_and_the_rest_goes_in(client: Client) -> None:
    wrong = comment(2) | {"data": {"platform": "x", "external_id": "2", "in_reply_to": None, "text": 7}}
    lines: list[Raw] = [
        comment(1),
        "",
        wrong,
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "no JSON",
        comment(3),
        b'{"a": "\xff"}',
    ]
    file = client.file("lines.ndjson", lines)
    done = await client.import_(file)
    assert done.code == 1
    assert done.output.splitlines()[-1] == "7 read, 2 appended, 0 already there, 5 refused"
    for named in ("lines.ndjson:3 /data/text: ", "lines.ndjson:4 /a: ", "lines.ndjson:5 /a: ", "lines.ndjson:6: "):
        assert named in done.errors
    assert "lines.ndjson:8: not UTF-8" in done.errors


async def test_a_lone_carriage_return_and_a_very_long_line_are_content(client: Client) -> None:
    text = "one\rtwo " + "x" * 90_000
    event = comment(1)
    event["data"] = {"platform": "x", "external_id": "1", "in_reply_to": None, "text": text}
    done = await client.import_(client.file("long.ndjson", [event, "[" * 2_000_000, comment(2)]))
    assert done.output.splitlines()[-1] == "3 read, 2 appended, 0 already there, 1 refused"
    assert "long.ndjson:2: an event has at most 1048576 bytes" in done.errors
    assert opened((await client.events())[0])["text"] == text


async def test_a_table_is_mapped_typed_and_its_other_columns_are_named(client: Client) -> None:
    file = client.folder / "table.csv"
    file.write_bytes(
        b"\xef\xbb\xbfticket,created_at,body,data.in_reply_to,data.revision,shop,mood\r\n"
        b'7,2026-11-22T10:00:00Z,"two\nlines, and a \rlone return",,3,web,sad\r\n'
        b"8,2026-11-22T10:00:01Z,unquoted \rreturn,7,,web,angry\r\n"
        b"9,yesterday,no time,,,web,\r\n"
        b"10,2026-11-22T10:00:01Z\r\n"
    )
    mapping = ("id=ticket", "data.external_id=ticket", "time=created_at", "data.text=body", "data.platform=shop")
    options = [part for each in mapping for part in ("--map", each)]
    options += ["--type", "comment.received", "--source", "urn:helpdesk", "--incident", "desk"]
    done = await client.import_(file, *options)
    assert done.code == 1, done.errors
    assert "columns left out, since no --map names them: mood" in done.output
    assert "table.csv:5 /time: " in done.errors
    assert "table.csv:6: 2 cells under 7 columns" in done.errors
    first, second = await client.events()
    values = opened(first)
    assert values["text"] == "two\nlines, and a \rlone return"
    assert (values["in_reply_to"], values["revision"], values["platform"]) == (None, 3, "web")
    assert opened(second)["text"] == "unquoted \rreturn"
    assert opened(second)["revision"] is None


async def test_a_column_that_is_not_there_and_a_mapping_that_is_none_are_wrong_use(client: Client) -> None:
    file = client.file("table.csv", ["a,b", "1,2"])
    for mapping, said in (("id=c", "there is no column c; the columns are a, b"), ("id", "--map takes field=column")):
        done = await client.import_(file, "--map", mapping)
        assert (done.code, said in done.errors) == (2, True), done.errors
    missing = await client.import_(client.folder / "nowhere.ndjson")
    assert (missing.code, "No such file" in missing.errors) == (2, True)


async def test_a_json_document_goes_in_and_what_breaks_it_off_is_named(client: Client) -> None:
    whole = client.file("whole.json", [json.dumps({"next": None, "items": [comment(1), comment(2)]}, indent=1)])
    assert "2 read, 2 appended" in (await client.import_(whole)).output
    broken = client.file("broken.json", [json.dumps([comment(2), comment(3)], indent=1)[:-40]])
    done = await client.import_(broken)
    assert done.code == 1
    assert done.output.splitlines()[-1] == "2 read, 0 appended, 1 already there, 1 refused"
    assert "the document breaks off here" in done.errors


async def test_a_dry_run_checks_and_posts_nothing(client: Client) -> None:
    file = client.file("some.ndjson", [comment(1), {"type": "comment.recieved"}])
    done = await client.run("import", file, "--ledger", "demo", "--dry-run", LEDGERD_URL="http://127.0.0.1:9")
    assert done.code == 1
    assert "2 read, 0 appended, 0 already there, 1 refused (dry run: nothing was posted)" in done.output
    assert await client.events() == []


async def test_without_the_right_or_a_service_a_plain_sentence_says_so(client: Client) -> None:
    file = client.file("one.ndjson", [comment(1)])
    for role, said in ((Role.READER, "This needs one of the roles"), (None, "LEDGERD_TOKEN")):
        done = await client.run("import", file, "--ledger", "demo", role=role)
        assert (done.code, said in done.errors) == (2, True), done.errors
        assert len(done.errors.splitlines()) == 1
    nobody = await client.run("import", file, "--ledger", "demo", LEDGERD_URL="http://127.0.0.1:9")
    assert (nobody.code, "doesn't answer" in nobody.errors) == (2, True)
    unknown = await client.run("import", file, "--ledger", "other", role=Role.POSTER)
    assert (unknown.code, "there is no ledger" in unknown.errors) == (2, True)


async def test_an_import_goes_on_after_the_connection_breaks_and_nothing_is_twice_or_out_of_order(
    client: Client,
) -> None:
    count = 3000
    file = client.file("many.ndjson", map(comment, range(count)))
    async with severed(client.service.base_url, answers=(0, 9_000, 20_000)) as url:
        done = await client.run("import", file, "--ledger", "demo", role=Role.POSTER, LEDGERD_URL=url)
    assert done.code == 0, done.errors
    appended, repeated = (int(part.split()[0].replace(",", "")) for part in done.output.split(", ")[1:3])
    assert appended + repeated == count
    events = await client.events()
    assert [opened(event)["id"] for event in events] == [f"n{number}" for number in range(count)]
