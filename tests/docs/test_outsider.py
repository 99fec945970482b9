"""The running service keeps every promise of docs/format.md, as the verifier written from that page sees it."""

import json
from base64 import b64decode
from typing import Any

from ledger.store.tokens import Role
from tests.docs import outsider
from tests.service.fixture import Service

SIZE = 300


def comment(number: int, **more: Any) -> dict[str, Any]:
    data = {
        "platform": "x",
        "external_id": f"x-{number}",
        "text": f"Où est le train n° {number} ? 🚆",
        "metrics": {"likes": 1},
    }
    return {
        "specversion": "1.0",
        "type": "comment.received",
        "source": "urn:connector:x",
        "id": f"c-{number}",
        "time": "2026-11-22T15:00:00+01:00",
        "subject": ["paris", "lyon", None][number % 3],
        "data": data,
        **more,
    }


async def post(service: Service, *events: dict[str, Any]) -> list[dict[str, Any]]:
    headers = service.bearer(Role.POSTER) | {"Content-Type": "application/cloudevents-batch+json"}
    async with service.session.post(f"{service.url}/events", data=json.dumps(events), headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        found: list[dict[str, Any]] = (await answer.json())["events"]
        return found


async def get(service: Service, path: str, role: Role | None = None) -> bytes:
    headers = service.bearer(role) if role else {}
    async with service.session.get(f"{service.url}{path}", headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


async def test_the_whole_log_convinces_an_outsider(service: Service) -> None:
    numbers = [1, 2, 6, 4, 3, 7]
    await post(service, *(comment(900 + each, source="urn:numbered", sequence=each) for each in numbers))
    answers = await post(service, *(comment(each) for each in range(SIZE)))
    vkey = json.loads(await get(service, ""))["vkey"]
    head = outsider.open_checkpoint(await get(service, "/checkpoint"), vkey)
    full = await get(service, "/tile/entries/000")
    entries = outsider.read_bundle(full + await get(service, f"/tile/entries/001.p/{head.size - 256}"))
    lines = (await get(service, "/events?format=ndjson", Role.AUDITOR)).splitlines()
    events = [(entry, json.loads(line)["openings"]) for entry, line in zip(entries, lines, strict=True)]

    assert outsider.root([outsider.leaf_hash(entry) for entry in entries]) == head.root
    assert await get(service, "/tile/0/000") == b"".join(map(outsider.leaf_hash, entries[:256]))
    assert await get(service, "/tile/1/000.p/1") == outsider.root(
        [outsider.leaf_hash(entry) for entry in entries[:256]]
    )
    assert all(entry in line for entry, line in zip(entries, lines, strict=True))
    assert [name for event in events for name in outsider.missing(*event)] == []
    assert {json.loads(entry)["type"] for entry in entries} == {
        "comment.received",
        "ingest.gap_detected",
        "ingest.gap_filled",
    }
    outsider.check_log(events)
    for answer in answers:
        assert outsider.open_receipt(answer["receipt"].encode(), vkey) == (answer["index"], entries[answer["index"]])


async def test_what_a_reader_may_not_see_is_named_and_the_rest_is_open(service: Service) -> None:
    index = (await post(service, comment(1)))[0]["index"]
    event = json.loads(await get(service, f"/events/{index}", Role.READER))
    entry = outsider.open_receipt(
        await get(service, f"/events/{index}/receipt"), json.loads(await get(service, ""))["vkey"]
    )[1]
    assert event["withheld"] == ["text"]
    assert outsider.missing(entry, event["openings"], event["withheld"]) == set()


async def test_a_timeline_alone_proves_that_nothing_was_left_out(service: Service) -> None:
    await post(service, *(comment(each) for each in range(SIZE)))
    page = json.loads(await get(service, f"/incidents/lyon/timeline?limit=1000&after={SIZE - 1}", Role.READER))
    before = None
    for seq, item in enumerate(page["items"], 1):
        assert item["entry"]["incident"] == {"id": "lyon", "prev": before, "seq": seq}
        before = outsider.leaf_hash(outsider.canonical(item["entry"])).hex()
        assert item["leaf_hash"] == before
    assert page["head"] == {"seq": SIZE // 3, "index": page["items"][-1]["index"], "leaf_hash": before}


async def test_proofs_as_json_lead_to_signed_roots(service: Service) -> None:
    await post(service, *(comment(each) for each in range(20)))
    vkey = json.loads(await get(service, ""))["vkey"]
    head = outsider.open_checkpoint(await get(service, "/checkpoint"), vkey)
    proof = json.loads(await get(service, "/proofs/inclusion?index=7"))
    hashes = [b64decode(each) for each in proof["proof"]]
    assert proof["size"] == head.size
    assert outsider.root_by_inclusion(7, head.size, b64decode(proof["leaf_hash"]), hashes) == head.root
