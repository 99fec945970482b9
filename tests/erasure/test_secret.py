"""The secret of erased ids: made once, never in the database, never replaced."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from ledger.app import build
from ledger.core.pseudonyms import Pseudonyms
from ledger.keys import KeyMissing, KeysFolder
from tests.erasure.case import Case
from tests.http.client import comment
from tests.service.fixture import LEDGER


def secret_of(case: Case) -> Path:
    return case.client.service.settings.keys_folder / f"{LEDGER}.pseudonyms"


async def test_an_older_ledger_gets_its_secret_with_its_first_erasure(case: Case) -> None:
    secret_of(case).unlink()
    await case.erase()
    assert secret_of(case).stat().st_mode & 0o777 == 0o600


async def test_without_the_secret_a_ledger_with_erasures_takes_nothing_in(case: Case) -> None:
    await case.erase()
    secret_of(case).unlink()
    service = case.client.service
    app = build(service.settings, service.database_url)
    async with TestServer(app) as server, ClientSession() as session:
        url = server.make_url(f"/ledgers/{LEDGER}/events")
        headers = {"Authorization": f"Bearer {case.second}", "Content-Type": "application/cloudevents+json"}
        async with session.post(url, json=comment(), headers=headers) as answer:
            assert answer.status == 503
            assert (await answer.json())["type"].endswith("signing-stopped")
    assert not secret_of(case).exists(), "another in its place would recognise nothing"


async def test_of_several_that_make_a_secret_all_use_the_first(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    folders = [KeysFolder(tmp_path / "keys") for _ in range(8)]
    await asyncio.gather(*(asyncio.to_thread(folder.make_pseudonyms, "demo") for folder in folders))
    assert len({folder.pseudonyms("demo").secret for folder in folders}) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["demo.pseudonyms"]


@pytest.mark.parametrize("content", ["", "short", "AAAA", "é"])
def test_a_damaged_secret_is_not_used(tmp_path: Path, content: str) -> None:
    (tmp_path / "demo.pseudonyms").write_text(content)
    with pytest.raises(KeyMissing):
        KeysFolder(tmp_path).pseudonyms("demo")


def test_a_pseudonym_depends_on_all_that_names_the_event() -> None:
    pseudonyms, other = Pseudonyms(bytes(32)), Pseudonyms(bytes(31) + b"\1")
    made = [pseudonyms.id("a", "bc"), pseudonyms.id("ab", "c"), other.id("a", "bc")]
    assert len(set(made)) == 3
    assert all(len(name) == 44 and name[0] == "\x1f" for name in made)
    assert len({pseudonyms.content(b"x"), other.content(b"x"), pseudonyms.content(b"y")}) == 3
    assert repr(pseudonyms) != repr(other)
    assert "\\x00" not in repr(pseudonyms)
