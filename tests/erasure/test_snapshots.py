"""What a snapshot showed of a person's words goes with what they wrote."""

import json
from hashlib import sha256
from typing import Any

import asyncpg

from ledger.store.tokens import Role
from tests.erasure.case import AUTHOR, WORDS, Case
from tests.http.client import comment

ITEM = {"kind": "comment", "visible": True, "created_at": "2026-11-22T13:00:00Z"}


async def shown(case: Case) -> dict[str, tuple[bool, bool]]:
    """Of each item whether its words are known and whether they were erased."""
    connection = await asyncpg.connect(case.client.service.database_url)
    rows = await connection.fetch("SELECT external_id, digest, erased FROM ledger.snapshot_items")
    await connection.close()
    return {row["external_id"]: (row["digest"] is not None, row["erased"]) for row in rows}


async def take_snapshot(case: Case, at: str) -> None:
    header = {
        "snapshot": "snapshot/1",
        "platform": "x",
        "account": "acme",
        "kind": "account",
        "window": {"from": "2026-11-22T00:00:00Z", "to": "2026-11-23T00:00:00Z"},
        "taken_at": at,
        "completeness": "partial",
        "file_sha256": sha256(at.encode()).hexdigest(),
    }
    items: list[Any] = [{**ITEM, "external_id": name, "text": WORDS} for name in ("theirs", "c-1", "c-9")]
    body = b"\n".join(json.dumps(line).encode() for line in [header, *items])
    headers = {"Content-Type": "application/x-ndjson"}
    answer = await case.client.send("POST", "/snapshots", body=body, headers=headers, role=Role.ADMIN)
    assert answer.status == 201, answer.document


async def test_the_words_that_a_snapshot_showed_are_forgotten_and_do_not_come_back(case: Case) -> None:
    data = {"external_id": "theirs", "account": "acme", "author": AUTHOR, "text": WORDS}
    await case.post("theirs", comment("zq-id-8", data=data))
    await take_snapshot(case, "2026-11-22T20:00:00Z")
    assert await shown(case) == {"theirs": (True, False), "c-1": (True, False), "c-9": (True, False)}
    await case.erase()
    gone = {"theirs": (False, True), "c-1": (False, True), "c-9": (True, False)}
    assert await shown(case) == gone
    await take_snapshot(case, "2026-11-22T21:00:00Z")
    assert await shown(case) == gone


async def test_words_that_are_first_shown_after_their_erasure_are_not_known_again(case: Case) -> None:
    data = {"external_id": "theirs", "account": "acme", "author": AUTHOR, "text": WORDS}
    await case.post("theirs", comment("zq-id-8", data=data))
    await case.erase()
    await take_snapshot(case, "2026-11-22T21:00:00Z")
    assert (await shown(case))["theirs"] == (False, True)
