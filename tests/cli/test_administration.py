"""The commands of operators, each as a process, on a database that is set, beside a service, and on the local one."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from aiohttp.test_utils import unused_port

from ledger.sequencer.errors import StorageCorrupt
from ledger.store.tokens import Role
from ledger.web.context import LEDGERS
from projections import PROJECTIONS
from tests.cli.program import Ended, comment, ledgerd, ledgerd_here, serving
from tests.service.fixture import Service


async def run(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run a command in a thread of this process: the modules needn't be loaded anew each time."""
    return await asyncio.to_thread(lambda: ledgerd_here(folder, *arguments, **settings))


async def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    commands = (
        ["serve"], ["migrate"], ["rebuild"], ["erasures"], ["health"], ["ledger", "create"], ["ledger", "list"],
        ["token", "create"], ["token", "list"], ["token", "revoke"],
    )  # fmt: skip
    for command in commands:
        ended = await run(tmp_path, *command, "--help", TERM="dumb", COLUMNS="200")
        assert ended.code == 0
        assert f"ledgerd {' '.join(command)}" in ended.output.partition("For instance")[2], command


async def test_a_ledger_is_founded_beside_a_running_service_and_takes_posts_at_once(service: Service) -> None:
    folder, url = service.settings.data_dir, service.database_url
    made = await run(folder, "ledger", "create", "acme", "--origin", "log.example.com/acme", DATABASE_URL=url)
    assert made.code == 0, made.errors
    assert "vkey    log.example.com/acme+" in made.output
    assert stat.S_IMODE((folder / "keys" / "acme.key").stat().st_mode) == 0o600
    created = await run(folder, "token", "create", "--ledger", "acme", "--role", "poster", DATABASE_URL=url)
    headers = {"Authorization": f"Bearer {created.output.strip()}", "Content-Type": "application/cloudevents+json"}
    async with service.session.post(
        f"{service.base_url}/ledgers/acme/events", json=comment(1), headers=headers
    ) as answer:
        assert answer.status == 201
    listed = await run(folder, "ledger", "list", DATABASE_URL=url)
    assert [line.split("\t")[:3] for line in listed.output.splitlines()[1:]] == [
        ["acme", "log.example.com/acme", "1"],
        ["demo", service.settings.origin_of("demo"), "0"],
    ]
    again = await run(folder, "ledger", "create", "acme", DATABASE_URL=url)
    assert (again.code, again.errors) == (1, "ledgerd: there is a ledger acme already\n")


@pytest.mark.parametrize("name", ["", "A", "a/b", "..", "-a", "a" * 64])
async def test_a_name_that_is_no_path_segment_is_refused(database_url: str, tmp_path: Path, name: str) -> None:
    ended = await run(tmp_path, "ledger", "create", "--", name, DATABASE_URL=database_url)
    assert ended.code == 1
    assert "can't name a ledger" in ended.errors
    assert not (tmp_path / "keys").exists()


async def test_a_key_without_its_ledger_is_never_overwritten(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "acme.key").write_text("someone's")
    ended = await run(tmp_path, "ledger", "create", "acme", DATABASE_URL=database_url)
    assert ended.code == 1
    assert "move it away" in ended.errors
    assert (tmp_path / "keys" / "acme.key").read_text() == "someone's"


async def test_a_revoked_token_is_refused_at_once_by_a_running_service(service: Service) -> None:
    folder, url = service.settings.data_dir, service.database_url
    token = service.tokens[Role.READER]
    events = f"{service.url}/events"

    async def status() -> int:
        async with service.session.get(events, headers=service.bearer(Role.READER)) as answer:
            return answer.status

    assert await status() == 200
    watching = asyncio.create_task(first_refusal(status))
    revoked = await run(folder, "token", "revoke", token[4:20], DATABASE_URL=url)
    assert revoked.code == 0, revoked.errors
    assert await status() == 401, "although it was read a moment ago"
    await watching
    listed = (await run(folder, "token", "list", "--ledger", "demo", DATABASE_URL=url)).output
    assert token[4:20] in listed
    assert token[21:] not in listed
    assert [line.rsplit("\t", 1)[1] for line in listed.splitlines()].count("revoked") == 1
    again = await run(folder, "token", "revoke", token[4:20], DATABASE_URL=url)
    assert again.code == 1


async def first_refusal(status: Callable[[], Awaitable[int]]) -> None:
    """Keep the service's memory of the token fresh until it is refused."""
    async with asyncio.timeout(30):
        while await status() == 200:
            pass


async def test_a_token_speaks_for_its_sources_as_long_as_its_days(service: Service) -> None:
    made = await run(
        service.settings.data_dir, "token", "create", "--ledger", "demo", "--role", "poster", "--role", "reader",
        "--source", "urn:a", "--source", "urn:b:*", "--label", "two sources", "--days", "0.00001",
        DATABASE_URL=service.database_url,
    )  # fmt: skip
    await asyncio.sleep(0.9)
    headers = {"Authorization": f"Bearer {made.output.strip()}"}
    async with service.session.get(f"{service.url}/events", headers=headers) as answer:
        assert answer.status == 401, "expired"
    listed = await run(service.settings.data_dir, "token", "list", DATABASE_URL=service.database_url)
    (row,) = [line.split("\t") for line in listed.output.splitlines() if "two sources" in line]
    assert row[1:4] == ["demo", "poster, reader", "urn:a, urn:b:*"]
    assert row[-1] == "expired"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["token", "create", "--ledger", "demo", "--role", "king"], "the roles are poster, reader, auditor, admin"),
        (["token", "create", "--ledger", "demo", "--role", "poster", "--days", "0"], "above 0"),
        (["rebuild", "--projection", "nothing"], "the projections are "),
        (["serve", "--workers", "0"], "--workers"),
        (["health", "ftp://x"], "is no http:// or https:// URL"),
    ],
)
async def test_wrong_use_is_exit_code_2(tmp_path: Path, arguments: list[str], words: str) -> None:
    ended = await run(tmp_path, *arguments, DATABASE_URL="postgresql://localhost:1/x", TERM="dumb", COLUMNS="200")
    assert ended.code == 2
    assert words in ended.errors
    assert "Traceback" not in ended.errors


async def test_an_unknown_ledger_is_named(database_url: str, tmp_path: Path) -> None:
    for arguments in (["token", "create", "--role", "poster"], ["token", "list"], ["rebuild"]):
        ended = await run(tmp_path, *arguments, "--ledger", "nowhere", DATABASE_URL=database_url)
        assert (ended.code, ended.errors.count("\n")) == (1, 1)
        assert "there is no ledger nowhere" in ended.errors


async def test_migrate_says_what_it_would_do_does_it_and_then_has_nothing_to_do(
    empty_database_url: str, tmp_path: Path
) -> None:
    would = await run(tmp_path, "migrate", "--dry-run", DATABASE_URL=empty_database_url)
    assert "would apply 0001_pre_log.sql" in would.output
    listing = await run(tmp_path, "ledger", "list", DATABASE_URL=empty_database_url)
    assert listing.code == 1, "nothing was applied"
    assert "ledgerd migrate" in listing.errors
    done = await run(tmp_path, "migrate", DATABASE_URL=empty_database_url)
    assert done.output == would.output.replace("would apply", "applied")
    again = await run(tmp_path, "migrate", DATABASE_URL=empty_database_url)
    assert again.output == "the database is up to date\n"


async def test_rebuild_replaces_what_readers_see_while_the_service_runs(service: Service) -> None:
    headers = service.bearer(Role.POSTER) | {"Content-Type": "application/cloudevents+json"}
    for number in range(3):
        event = comment(number) | {"subject": "crisis"}
        async with service.session.post(f"{service.url}/events", json=event, headers=headers) as answer:
            assert answer.status == 201
    incident = f"{service.url}/incidents/crisis?after=2"
    async with service.session.get(incident, headers=service.bearer(Role.READER)) as answer:
        before = await answer.text()
    connection = await asyncpg.connect(service.database_url)
    await connection.execute("""UPDATE ledger.projection_rows SET row = row || '{"events": 99}'""")
    ended = await run(service.settings.data_dir, "rebuild", "--ledger", "demo", DATABASE_URL=service.database_url)
    assert (ended.code, ended.output) == (0, f"demo: rebuilt {', '.join(each.name for each in PROJECTIONS)}\n")
    async with service.session.get(incident, headers=service.bearer(Role.READER)) as answer:
        assert await answer.text() == before
    numbers = await connection.fetch("SELECT DISTINCT version % 1000 FROM ledger.projection_rows")
    assert [tuple(number) for number in numbers] == [(1,)], "the old rows are gone"
    await connection.close()


async def test_health_tells_ready_from_not_ready_and_from_nobody_there(service: Service) -> None:
    folder = service.settings.data_dir
    ready = await run(folder, "health", LEDGERD_URL=service.base_url)
    assert (ready.code, ready.output) == (0, "ready\n")
    port = service.base_url.rpartition(":")[2]
    everywhere = "0.0.0.0"  # noqa: S104 - how a container is told to listen
    assert (await run(folder, "health", LEDGERD_HOST=everywhere, LEDGERD_PORT=port)).code == 0
    stopped = StorageCorrupt("a stored byte changed")
    service.app[LEDGERS].opened[0].sequencer.refuse(stopped)
    reasons = await run(folder, "health", service.base_url)
    assert (reasons.code, reasons.errors) == (1, "ledgerd: not ready: demo: StorageCorrupt: a stored byte changed\n")
    nobody = await run(folder, "health", f"http://127.0.0.1:{unused_port()}")
    assert nobody.code == 1
    assert nobody.errors.endswith("Connection refused\n")


def test_on_the_local_database_commands_work_with_a_service_and_without(demo_folder: Path) -> None:
    alone = ledgerd(demo_folder, "ledger", "list")
    assert "demo\t" in alone.output, alone.errors
    with serving(demo_folder):
        beside = ledgerd(demo_folder, "ledger", "list")
    assert beside == alone


def test_the_first_command_on_a_new_folder_makes_the_local_database(new_folder: Path) -> None:
    ended = ledgerd(new_folder, "ledger", "create", "acme")
    assert ended.code == 0, ended.errors
