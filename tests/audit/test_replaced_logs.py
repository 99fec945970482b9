"""A log in the place of another, signed with the same key: found by whoever remembers a checkpoint, and prevented."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from ledger.app import build, utc_now
from ledger.keys import KeysFolder
from ledger.local import LocalPostgres
from ledger.settings import Settings
from ledger.store.connections import open_pool
from ledger.store.ledgers import create_ledger
from ledger.store.tokens import Role, Tokens
from tests.audit.auditor import audit
from tests.audit.story import event
from tests.conftest import Cloned
from tests.service.fixture import LEDGER, Service


async def post(service: Service, *numbers: int, text: str = "as it was") -> int:
    """Post comments and return the last status."""
    status = 0
    headers = service.bearer(Role.POSTER) | {"Content-Type": "application/cloudevents+json"}
    for number in numbers:
        document = event(number)
        assert isinstance(document["data"], dict)
        document["data"]["text"] = text
        body = json.dumps(document)
        async with service.session.post(f"{service.url}/events", data=body, headers=headers) as response:
            status = response.status
    return status


@asynccontextmanager
async def serving(service: Service, database_url: str, settings: Settings | None = None) -> AsyncIterator[Service]:
    """Another process of the service over a database, by default with the same keys."""
    app = build(settings or service.settings, database_url)
    async with TestServer(app) as server, ClientSession() as session:
        base_url = str(server.make_url("")).rstrip("/")
        url = f"{base_url}/ledgers/{LEDGER}"
        yield replace(service, base_url=base_url, url=url, session=session, database_url=database_url, app=app)


@asynccontextmanager
async def rewritten(service: Service, database_url: str) -> AsyncIterator[Service]:
    """Serve an empty ledger of the same name and key, over another database, by an operator who wipes their traces."""
    keys = KeysFolder(service.settings.keys_folder)
    keys.signed(LEDGER).unlink()
    async with open_pool(database_url) as pool:
        vkey = (await service.session.get(service.url)).json()
        key = keys.load(LEDGER, (await vkey)["vkey"])
        await create_ledger(pool, LEDGER, key, utc_now())
        token = await Tokens(pool, utc_now).create(LEDGER, [Role.POSTER, Role.AUDITOR], [], "other", None)
    other = replace(service, tokens=dict.fromkeys(Role, token))
    async with serving(other, database_url) as served:
        yield served


@pytest.fixture
async def other_database(cloned: Cloned, template: str) -> AsyncIterator[str]:
    """A second migrated database."""
    async with cloned(template) as dsn:
        yield dsn


@pytest.mark.parametrize(("size", "verdict"), [(3, "rolled back"), (5, "forked"), (7, "rewritten")])
async def test_a_log_written_anew_with_the_same_key_is_told_from_the_remembered_one(
    service: Service, other_database: str, fresh_memory: Path, size: int, verdict: str
) -> None:
    await post(service, *range(5))
    assert (await audit(service, fresh_memory)).ok
    async with rewritten(service, other_database) as other:
        assert await post(other, *range(size), text="as we would have liked it") == 201
        report = await audit(other, fresh_memory)
        assert any(finding.detail.startswith(verdict) for finding in report.findings), report.lines()
        assert not (await audit(other, fresh_memory)).ok, "what is remembered stays"
        assert (await audit(other, fresh_memory / "a stranger's")).ok, "only memory tells them apart"


async def test_a_grown_log_is_consistent_with_the_remembered_checkpoint(service: Service, fresh_memory: Path) -> None:
    for first in range(0, 9, 3):
        await post(service, *range(first, first + 3))
        report = await audit(service, fresh_memory)
        assert report.ok, report.lines()
    remembered = 6 + 1  # the first audit is on record itself
    assert f"consistent with the remembered checkpoint over {remembered} entries" in report.notes


async def test_a_ledger_over_a_restored_older_database_refuses_to_sign_and_says_why(
    service: Service,
    other_database: str,
    administration: asyncpg.Connection,
    fresh_memory: Path,
    postgres: LocalPostgres,
) -> None:
    await post(service, *range(3))
    backup = other_database.partition("?")[0].rpartition("/")[2]
    await administration.execute(f'DROP DATABASE "{backup}" WITH (FORCE)')
    name = service.database_url.partition("?")[0].rpartition("/")[2]
    await service.app.cleanup()
    await administration.execute(f'CREATE DATABASE "{backup}" TEMPLATE "{name}"')
    async with serving(service, service.database_url) as later:
        await post(later, *range(3, 6))
        assert (await audit(later, fresh_memory)).ok
    async with serving(service, postgres.dsn(backup)) as restored:
        assert await post(restored, 7) == 503
        async with restored.session.get(f"{restored.base_url}/readyz") as response:
            assert response.status == 503
            assert "RolledBack" in (await response.json())["reasons"][LEDGER]
        report = await audit(restored, fresh_memory)
        assert [finding.detail for finding in report.findings] == [
            "rolled back: the checkpoint covers 3 entries, 6 were signed before"
        ]
        assert (report.valid, report.entries) == (3, 3), "reads go on"


async def test_an_empty_ledger_is_valid_and_remembered(service: Service, fresh_memory: Path) -> None:
    report = await audit(service, fresh_memory)
    assert (report.ok, report.entries) == (True, 0)
    await post(service, 1)
    assert (await audit(service, fresh_memory)).ok
