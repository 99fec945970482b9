"""The sample crisis, told: fresh, whole, once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from events.envelope import read_event
from ledger.app import build, utc_now
from ledger.client.progress import progress
from ledger.demo import INCIDENT, LEDGER
from ledger.demo.preparation import TOKENS_FILE, prepare_demo
from ledger.demo.story import Line, beginning, read_story, scenes, tell
from ledger.settings import Settings
from ledger.store.tokens import Role

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_story_ends_when_it_is_told() -> None:
    begun = beginning(NOW)
    indexes = {str(line["id"]): index for index, line in enumerate(read_story())}
    times = [read_event(tell(line, begun, indexes)).time for line in read_story()]
    assert max(times) == NOW


def test_a_scene_never_needs_an_index_that_it_makes_itself() -> None:
    indexes: dict[str, int] = {}
    lines: list[Line] = []
    for scene in scenes(read_story()):
        documents = [tell(line, NOW, indexes) for line in scene]
        assert "id_of" not in json.dumps(documents)
        indexes |= {str(line["id"]): len(indexes) + place for place, line in enumerate(scene)}
        lines += scene
    assert lines == list(read_story())


def test_the_incident_that_visitors_are_sent_to_is_the_storys() -> None:
    assert {line["subject"] for line in read_story() if "subject" in line} == {INCIDENT}


async def test_every_start_finds_what_the_first_one_made(database_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = await prepare_demo(settings, database_url, utc_now, progress)
    size = await size_of(settings, database_url)
    again = await prepare_demo(settings, database_url, utc_now, progress)
    assert again == first
    assert await size_of(settings, database_url) == size


async def test_a_story_that_was_cut_short_is_told_to_its_end_without_repetition(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path)
    monkeypatch.setattr("ledger.demo.telling.read_story", lambda: read_story()[:100])
    monkeypatch.setattr("ledger.demo.preparation.read_story", lambda: read_story()[:100])
    await prepare_demo(settings, database_url, utc_now, progress)
    partial = await size_of(settings, database_url)
    monkeypatch.undo()
    await prepare_demo(settings, database_url, utc_now, progress)
    whole = await size_of(settings, database_url)
    assert 100 <= partial < len(read_story()) <= whole < len(read_story()) + 15


async def test_lost_revoked_and_damaged_tokens_are_replaced_and_the_others_kept(
    database_url: str, tmp_path: Path
) -> None:
    settings, file = Settings(data_dir=tmp_path), tmp_path / TOKENS_FILE
    first = (await prepare_demo(settings, database_url, utc_now, progress)).tokens
    file.write_text(json.dumps({**first, "reader": first[Role.READER][:-1] + "_", "admin": 7}))
    second = (await prepare_demo(settings, database_url, utc_now, progress)).tokens
    assert {role for role in Role if first[role] == second[role]} == {Role.POSTER, Role.AUDITOR}
    assert json.loads(file.read_text()) == second
    file.write_text("[")
    third = (await prepare_demo(settings, database_url, utc_now, progress)).tokens
    assert not set(third.values()) & set(second.values())
    file.unlink()
    fourth = (await prepare_demo(settings, database_url, utc_now, progress)).tokens
    assert set(fourth) == set(Role)
    assert file.stat().st_mode & 0o777 == 0o600


async def size_of(settings: Settings, database_url: str) -> int:
    async with (
        TestServer(build(settings, database_url)) as server,
        ClientSession() as session,
        session.get(server.make_url(f"/ledgers/{LEDGER}")) as answer,
    ):
        return int((await answer.json())["size"])


async def test_what_the_accounts_showed_was_compared_and_agrees_with_the_story(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    tokens = (await prepare_demo(settings, database_url, utc_now, progress)).tokens
    bearer = {"Authorization": f"Bearer {tokens[Role.READER]}"}
    async with (
        TestServer(build(settings, database_url)) as server,
        ClientSession(headers=bearer) as session,
        session.get(server.make_url(f"/ledgers/{LEDGER}/reconciliation")) as answer,
    ):
        accounts = {one["account"]: one["snapshots"] for one in (await answer.json())["items"]}
    found = {account: [one["reconciliation"]["findings"] for one in those] for account, those in accounts.items()}
    assert found == {
        "LigneClaire": [of_platform("x")],
        "ligneclaire.officiel": [of_platform("facebook")],
    }


def of_platform(platform: str) -> dict[str, int]:
    """What the story says of an account's contents by the time that it was exported, counted by hand."""
    lines = [line for line in read_story() if line["at"] < 79200 and not line["data"].get("exercise")]

    def named(field: str, *types: str) -> set[str]:
        return {line["data"][field] for line in lines if line["type"] in types}

    here = {
        line["data"]["external_id"]
        for line in lines
        if line["type"] in {"comment.received", "reply.posted"} and line["data"].get("platform") == platform
    }
    gone = named("external_id", "comment.deleted_by_author") & here
    hidden = (named("target", "comment.hidden") - named("target", "comment.unhidden")) & here
    removed = (named("target", "comment.removed") - named("target", "comment.restored")) & here
    removed |= named("external_id", "reply.withdrawn") & here
    edited = named("external_id", "comment.edited_by_author", "reply.edited") & here
    counts = {
        "deleted_by_author": len(gone),
        "edit_declared": len(edited),
        "equal": len(here - gone - hidden - removed - edited),
        "hidden_declared": len(hidden),
        "removed_declared": len(removed),
    }
    return {kind: count for kind, count in counts.items() if count}
