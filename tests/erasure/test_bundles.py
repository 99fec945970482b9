"""Bundles after an erasure: what is gone is told by the entry that says so, and the file proves that it does."""

import asyncio
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ledger.store.tokens import Role
from tests.erasure.case import Case
from tests.erasure.test_erasure import GONE

EVERY_ROLE = pytest.mark.parametrize("role", [Role.POSTER, Role.READER, Role.AUDITOR], ids=str)


async def bundle(case: Case, query: str, role: Role) -> zipfile.ZipFile:
    answer = await case.client.get(f"/evidence?{query}", role)
    assert answer.status == 200, answer.body
    return zipfile.ZipFile(io.BytesIO(answer.body))


def lines(got: zipfile.ZipFile) -> dict[int, Any]:
    return {line["index"]: line for line in map(json.loads, got.read("events.ndjson").splitlines())}


async def verdict_of_the_program(got: zipfile.ZipFile, folder: Path) -> str:
    got.extractall(folder)
    arguments = [sys.executable, "-I", str(folder / "verify.py"), str(folder)]
    done = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, text=True, check=False)
    return done.stdout


@EVERY_ROLE
@pytest.mark.parametrize("query", ["incident=paris", ""])
async def test_what_was_erased_is_told_by_a_tombstone_in_the_same_file(
    case: Case, query: str, role: Role, tmp_path: Path
) -> None:
    _, tombstones = await case.erase()
    await case.folded()
    got = await bundle(case, query, role)
    events = lines(got)
    for name, index in case.at.items():
        if index in events:
            assert events[index].get("erased", {}).keys() == GONE.get(name, set())
    assert set(tombstones) <= events.keys()
    erased = sum(len(event.get("erased", ())) for event in events.values())
    manifest = json.loads(got.read("manifest.json"))
    assert {item["what"]: item["count"] for item in manifest["left_out"]}["erased fields"] == erased > 0
    assert (await verdict_of_the_program(got, tmp_path)).endswith("VALID\n")
    assert b"Zqvonne" not in got.read("report.html") + got.read("timeline.csv") + got.read("events.ndjson")


async def test_a_head_before_the_tombstone_cannot_tell_of_it_and_is_refused(case: Case) -> None:
    before = await case.client.size() - 1
    await bundle(case, f"as_of={before}", Role.AUDITOR)
    _, tombstones = await case.erase()
    await case.folded()
    answer = await case.client.get(f"/evidence?as_of={before}", Role.AUDITOR)
    assert (answer.status, answer.pointers) == (400, ["?as_of"])
    assert str(tombstones[0]) in answer.document["detail"]
    await bundle(case, f"as_of={tombstones[0]}", Role.AUDITOR)


async def test_a_part_by_time_needs_the_tombstone_of_what_was_erased_in_it(case: Case) -> None:
    _, tombstones = await case.erase()
    await case.folded()
    told = (await case.event(tombstones[0]))["entry"]["accepted_at"]
    answer = await case.client.get(f"/evidence?until={told}", Role.AUDITOR)
    assert (answer.status, answer.pointers) == (400, ["?until"])
    await bundle(case, f"incident=paris&until={told}", Role.AUDITOR)
