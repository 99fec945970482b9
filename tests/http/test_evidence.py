"""Evidence bundles: the same bytes for the same head, every number of the manifest true, nothing signed unproven."""

import asyncio
import csv
import io
import json
import subprocess
import sys
import zipfile
from base64 import b64decode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from events.entry import parse_instant
from events.visibility import Visibility
from ledger.core.keys import VerifierKey
from ledger.core.manifest import open_manifest
from ledger.core.merkle import leaf_hash, verify_consistency, verify_inclusion
from ledger.core.note import open_note
from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from projections.context import CONTEXT_TYPES
from projections.event import Event, read_event
from projections.linking import with_linked
from projections.shown import disclosed
from projections.statements import StatementLine
from projections.view import AnyView, Moment, fold_rows
from projections.views import VIEWS
from tests.conftest import Cloned
from tests.http.client import Client, comment
from tests.http.conftest import tell_crisis
from tests.service.fixture import LEDGER, running

MEMBERS = ["VERIFY.md", "verify.py", "checkpoint", "events.ndjson", "proofs.ndjson", "timeline.csv"]
MEMBERS += ["moderation_dsa.csv", "findings.json", "report.html", "manifest.json", "manifest.sig"]
EVERY_ROLE = pytest.mark.parametrize("role", [Role.POSTER, Role.READER, Role.AUDITOR], ids=str)


class Bundle:
    """A bundle as it came."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.zip = zipfile.ZipFile(io.BytesIO(body))
        self.manifest: dict[str, Any] = json.loads(self["manifest.json"])

    def __getitem__(self, name: str) -> bytes:
        return self.zip.read(name)

    def lines(self, name: str) -> list[Any]:
        """The lines of an NDJSON member."""
        return [json.loads(line) for line in self[name].splitlines()]

    def table(self, name: str) -> list[list[str]]:
        """The rows of a CSV member."""
        return list(csv.reader(io.StringIO(self[name].decode(), newline="")))

    def events(self) -> list[Event]:
        """The events as an auditor reads them."""
        return [
            read_event(line["index"], json.dumps(line["entry"]).encode(), json.dumps(line["openings"]).encode())
            for line in self.lines("events.ndjson")
        ]


@pytest.fixture(scope="session")
async def crisis(cloned: Cloned, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A client of a service that tells the sample crisis; each bundle adds the event that says that it was made."""
    async with cloned(template) as dsn, running(dsn, tmp_path_factory.mktemp("crisis")) as service:
        client = Client(service)
        await tell_crisis(client)
        yield client


async def bundle(client: Client, query: str = "", role: Role = Role.AUDITOR) -> Bundle:
    answer = await client.get(f"/evidence?{query}", role)
    assert answer.status == 200, answer.body
    return Bundle(answer.body)


async def last_index(client: Client) -> int:
    return await client.size() - 1


@pytest.mark.parametrize("query", [f"incident={INCIDENT}", "", "since=2026-01-01T00:00:00Z", "lang=fr"])
async def test_the_same_head_filter_and_role_give_the_same_bytes(crisis: Client, query: str) -> None:
    query = f"{query}&as_of={await last_index(crisis)}"
    first = await bundle(crisis, query)
    assert await crisis.post(comment()) is not None
    again = await bundle(crisis, query)
    assert first.body == again.body
    assert (await bundle(crisis, f"incident={INCIDENT}")).body != first.body


@EVERY_ROLE
@pytest.mark.parametrize("query", [f"incident={INCIDENT}", ""])
async def test_every_number_of_the_manifest_is_true(crisis: Client, query: str, role: Role) -> None:
    got = await bundle(crisis, query, role)
    names = got.zip.namelist()
    manifest, events, proofs = got.manifest, got.lines("events.ndjson"), got.lines("proofs.ndjson")
    key = f"keys/{manifest['origin'].replace('/', '_')}.vkey"
    assert names == [*MEMBERS[:2], key, *MEMBERS[2:]]
    assert manifest["files"] == {
        name: {"sha256": sha256(got[name]).hexdigest(), "bytes": len(got[name])} for name in names[:-2]
    }
    vkey = VerifierKey.parse(got[key].decode().strip())
    assert open_manifest(got["manifest.json"], got["manifest.sig"], vkey) == manifest
    note = open_note(got["checkpoint"], [vkey]).text.split("\n")
    assert note[:3] == [manifest["origin"], str(manifest["size"]), manifest["root"]]
    assert manifest["as_of"] == manifest["size"]
    indexes = [event["index"] for event in events]
    assert (manifest["count"], manifest["first"], manifest["last"]) == (len(indexes), indexes[0], indexes[-1])
    assert indexes == sorted(set(indexes)) == [proof["index"] for proof in proofs]
    left_out = {item["what"]: item["count"] for item in manifest["left_out"]}
    assert left_out.get("events", 0) == manifest["size"] - len(indexes)
    assert left_out.get("fields", 0) == sum(len(event["withheld"]) for event in events)
    for event, proof, line in zip(events, proofs, got["events.ndjson"].splitlines(), strict=True):
        raw = line[line.index(b'"entry":') + 8 : line.index(b',"openings"')]
        path = [b64decode(each) for each in proof["proof"]]
        verify_inclusion(event["index"], manifest["size"], leaf_hash(raw), path, b64decode(manifest["root"]))
        assert event["leaf_hash"] == leaf_hash(raw).hex()


async def test_an_incidents_bundle_has_its_chain_what_is_linked_and_the_context(crisis: Client) -> None:
    got = await bundle(crisis, f"incident={INCIDENT}")
    events, manifest = got.lines("events.ndjson"), got.manifest
    own = [event for event in events if event["entry"].get("incident", {}).get("id") == INCIDENT]
    assert [event["entry"]["incident"]["seq"] for event in own] == list(range(1, len(own) + 1))
    assert manifest["incident"] == {"id": INCIDENT, "seq": len(own), "leaf": own[-1]["leaf_hash"]}
    timeline = (await crisis.get(f"/incidents/{INCIDENT}/timeline?format=ndjson", Role.AUDITOR)).lines
    in_timeline = {line["index"] for line in timeline}
    others = [event for event in events if event["index"] not in in_timeline]
    assert in_timeline <= {event["index"] for event in events}
    assert manifest["linked"] == sum(line["linked_by"] is not None for line in timeline)
    assert manifest["context"]["count"] == len(others) > 0
    assert manifest["context"]["types"] == sorted({event["entry"]["type"] for event in others})
    whole = (await bundle(crisis)).lines("events.ndjson")
    wanted = {
        event["index"]
        for event in whole
        if event["index"] < manifest["size"]
        and event["entry"]["type"] in CONTEXT_TYPES
        and event["openings"].get("of_incident", {"value": INCIDENT})["value"] == INCIDENT
    }
    assert wanted <= {event["index"] for event in events}


@EVERY_ROLE
async def test_events_are_the_documents_that_the_service_gives(crisis: Client, role: Role) -> None:
    got = await bundle(crisis, "", role)
    lines = (await crisis.get("/events?format=ndjson", role)).body.splitlines()
    assert got["events.ndjson"].splitlines() == lines[: got.manifest["size"]]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_an_auditor_who_folds_the_bundle_sees_what_the_service_shows(crisis: Client, view: AnyView) -> None:
    incidents = (await crisis.get("/incidents")).document["items"]
    for incident in [item["incident"] for item in incidents]:
        got = await bundle(crisis, f"incident={incident}")
        events = got.events()
        at = got.manifest["size"] - 1
        shown = (await crisis.get(f"/incidents/{incident}/{view.name}?as_of={at}", Role.AUDITOR)).document
        rows = fold_rows(view, incident, with_linked(events, {event.index: event for event in events}.get))
        moment = Moment(incident, at + 1, parse_instant(shown["at"]))
        expected = disclosed(view.render(rows, moment, view.query()), Visibility.PERSONAL)
        assert {name: shown[name] for name in expected} == json.loads(json.dumps(expected))


@EVERY_ROLE
async def test_the_verdict_is_the_one_that_the_service_gives(crisis: Client, role: Role) -> None:
    got = await bundle(crisis, f"incident={INCIDENT}", role)
    path = f"/incidents/{INCIDENT}/verdict?as_of={got.manifest['size'] - 1}"
    findings = json.loads(got["findings.json"])
    verdict = (await crisis.get(path, role)).document
    assert findings == {**{name: verdict[name] for name in findings}, "proof": findings["proof"]}
    assert findings["verdict"] in {"certified", "qualified", "failed"}


@EVERY_ROLE
async def test_tables_are_those_of_the_service(crisis: Client, role: Role) -> None:
    got = await bundle(crisis, f"incident={INCIDENT}", role)
    at = got.manifest["size"] - 1
    served = (await crisis.get(f"/incidents/{INCIDENT}/timeline?format=csv", role)).body.decode()
    rows = [row for row in csv.reader(io.StringIO(served, newline="")) if row[0] == "index" or int(row[0]) <= at]
    assert [[row[0], *row[2:]] for row in got.table("timeline.csv")] == rows
    register = (await crisis.get(f"/incidents/{INCIDENT}/moderation?format=csv&as_of={at}", role)).body
    assert got["moderation_dsa.csv"] == register
    if role is Role.AUDITOR:
        assert got.table("moderation_dsa.csv")[0] == list(StatementLine.model_fields)


async def test_the_register_of_the_whole_ledger_has_every_decision(crisis: Client) -> None:
    whole = (await bundle(crisis)).table("moderation_dsa.csv")
    one = (await bundle(crisis, f"incident={INCIDENT}")).table("moderation_dsa.csv")
    assert {tuple(row) for row in one} <= {tuple(row) for row in whole}


async def test_each_bundle_is_on_record_once_with_the_hash_of_its_manifest(client: Client) -> None:
    await client.post(comment(subject="outage"))
    got = await bundle(client, "incident=outage&after=0")
    events = (await client.get("/events?type=export.created", Role.AUDITOR)).document["items"]
    told = [{name: opening["value"] for name, opening in event["openings"].items()} for event in events]
    assert len(told) == 1
    assert told[0]["manifest_sha256"] == sha256(got["manifest.json"]).hexdigest()
    assert (told[0]["rows"], told[0]["of_incident"]) == (got.manifest["count"], "outage")
    assert told[0]["filter"].endswith("/evidence?incident=outage&after=0")
    assert (told[0]["role"], "test auditor" in told[0]["by"]) == ("auditor", True)
    assert b"export.created" in (await bundle(client, f"incident=outage&after={events[0]['index']}"))["report.html"]


async def test_a_part_by_time_says_so_and_holds_nothing_else(client: Client) -> None:
    for _ in range(3):
        assert (await client.post(comment(subject="outage"))).status == 201
    times = [event["entry"]["accepted_at"] for event in (await client.get("/events")).document["items"]]
    part = await bundle(client, f"since={times[1]}&until={times[2]}&as_of=2")
    assert ([line["index"] for line in part.lines("events.ndjson")], "incident" in part.manifest) == ([1], False)
    assert part.manifest["filter"] == {"since": times[1], "until": times[2]}
    of_incident = await bundle(client, f"incident=outage&until={times[2]}&as_of=2")
    assert [line["index"] for line in of_incident.lines("events.ndjson")] == [0, 1]
    assert of_incident.manifest["incident"]["seq"] == 2
    nothing = await bundle(client, "since=2100-01-01T00:00:00Z&as_of=2")
    assert (nothing.manifest["count"], nothing.manifest["first"], nothing["events.ndjson"]) == (0, None, b"")


async def test_an_empty_ledger_has_a_bundle_too(client: Client) -> None:
    got = await bundle(client)
    assert (got.manifest["size"], got.manifest["count"], got["proofs.ndjson"]) == (0, 0, b"")


async def test_that_it_extends_an_earlier_tree_is_proved(crisis: Client) -> None:
    for older in (0, 100, 548):
        got = await bundle(crisis, f"consistent_with={older}")
        told, manifest = json.loads(got["consistency.json"]), got.manifest
        assert (told["from"], told["to"]) == (older, manifest["size"])
        proof = [b64decode(each) for each in told["proof"]]
        verify_consistency(older, told["to"], b64decode(told["root"]), b64decode(manifest["root"]), proof)


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ("consistent_with=99999999", 400, "?consistent_with"),
        ("as_of=99999999", 400, "?as_of"),
        ("as_of=2001-01-01T00:00:00Z", 400, "?as_of"),
        ("lang=de", 400, "?lang"),
        ("since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", 400, "?until"),
        ("nonsense=1", 400, "?nonsense"),
        ("incident=nobody", 404, None),
    ],
)
async def test_what_makes_no_sense_is_named(crisis: Client, query: str, status: int, place: str | None) -> None:
    size = await crisis.size()
    answer = await crisis.get(f"/evidence?{query}", Role.AUDITOR)
    assert (answer.status, answer.pointers) == (status, [place] if place else [])
    assert await crisis.size() == size, "nothing is on record that didn't happen"


async def test_cells_that_a_spreadsheet_would_run_are_harmless(client: Client) -> None:
    for number, reason in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "plain")):
        data = {"platform": "x", "external_id": f"c{number}", "target": f"c{number}", "reason_code": "spam"}
        data |= {"reason_text": reason, "policy_ref": "rules@1#2", "scope": "page"}
        hidden = comment(type="comment.hidden", subject="outage", actor="person:ana", data=data)
        del hidden["data"]["text"], hidden["data"]["external_id"]
        assert (await client.post(hidden)).status == 201
    header, *rows = (await bundle(client, "after=5")).table("moderation_dsa.csv")
    told = header.index("incompatible_content_explanation")
    assert [row[told] for row in rows] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "plain"]


@EVERY_ROLE
@pytest.mark.parametrize("query", [f"incident={INCIDENT}", "consistent_with=300", "since=2026-01-01T00:00:00Z&as_of=9"])
async def test_the_program_in_the_bundle_finds_it_valid(crisis: Client, query: str, role: Role, tmp_path: Path) -> None:
    got = await bundle(crisis, query, role)
    file, program = tmp_path / "bundle.zip", tmp_path / "verify.py"
    file.write_bytes(got.body)
    program.write_bytes(got["verify.py"])
    arguments = [sys.executable, "-I", program, file, "--vkey", got.manifest["vkey"]]
    done = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "VALID"


async def test_nothing_is_signed_over_an_entry_that_was_changed(client: Client) -> None:
    await client.post_batch([comment(subject="outage") for _ in range(5)])
    connection = await asyncpg.connect(client.service.database_url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(
        "UPDATE ledger.entries SET entry = convert_to(replace(convert_from(entry, 'UTF8'), 'urn:', 'urm:'), 'UTF8') "
        "WHERE ledger_id = $1 AND index = 2",
        LEDGER,
    )
    await connection.close()
    answer = await client.get("/evidence", Role.AUDITOR)
    assert (answer.status, answer.problem) == (503, "signing-stopped")
    assert "ledgerd export" in answer.document["detail"]
