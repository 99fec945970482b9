"""Whoever has an auditor's bundle judges by themselves, and comes to what the service says."""

from pathlib import Path

import pytest

from events.strict import JsonObject
from ledger.client.bundle_case import judge_bundle
from ledger.client.failures import ClientError
from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from tests.http.client import Client, comment


async def bundle(client: Client, folder: Path, query: str, role: Role = Role.AUDITOR) -> Path:
    answer = await client.get(f"/evidence?{query}", role)
    assert answer.status == 200, answer.document
    path = folder / "bundle.zip"
    path.write_bytes(answer.body)
    return path


def judged(path: Path) -> tuple[JsonObject, JsonObject]:
    return judge_bundle(path, lambda _done: None)


@pytest.mark.parametrize("query", [f"incident={INCIDENT}", "", f"incident={INCIDENT}&as_of=300", "as_of=200"])
async def test_the_verdict_follows_from_the_bundle_alone(told: Client, tmp_path: Path, query: str) -> None:
    anew, said = judged(await bundle(told, tmp_path, query))
    assert anew == said
    assert said["verdict"] in {"certified", "qualified", "failed"}
    path = f"/incidents/{INCIDENT}/verdict" if "incident" in query else "/verdict"
    served = (await told.get(f"{path}?as_of={said['size'] - 1}", Role.AUDITOR)).document
    assert {**served, "proof": None} == {**said, "proof": None}


async def test_a_part_by_time_can_not_be_judged_from_that_part_alone(told: Client, tmp_path: Path) -> None:
    path = await bundle(told, tmp_path, "since=2020-01-01T00:00:00Z")
    with pytest.raises(ClientError, match="a part by time"):
        judged(path)


async def test_what_is_linked_in_is_judged_from_the_bundle_too(client: Client, tmp_path: Path) -> None:
    await client.post(comment("c-0", subject="lyon"))
    await client.post(comment("c-1", subject="paris"))
    await client.post(comment("c-2"))
    for target in (0, 2):
        link = comment(f"link-{target}", subject="paris", type="event.linked")
        link["data"] = {"target_event": target}
        assert (await client.post(link)).status == 201
    await client.get("/incidents?after=4")
    for query in ("incident=paris", ""):
        anew, said = judged(await bundle(client, tmp_path, query))
        assert anew == said
        assert sum(account["contents"] for account in said["scope"]["accounts"]) >= 3


async def test_with_fields_withheld_nothing_is_judged(told: Client, tmp_path: Path) -> None:
    path = await bundle(told, tmp_path, f"incident={INCIDENT}", Role.READER)
    with pytest.raises(ClientError, match="role internal"):
        judged(path)
