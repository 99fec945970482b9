"""`ledgerd serve` as its users meet it: real processes, real signals, the local PostgreSQL beside them."""

import asyncio
import json
import os
import shlex
import signal
import stat
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from ledger.core.checkpoint import open_checkpoint
from ledger.core.keys import VerifierKey
from ledger.demo.story import read_story
from ledger.local import LocalPostgres
from tests.cli.program import Serving, bearer, comment, gone, ledgerd, serving, until
from tests.conftest import CHECKOUT

NOBODY = 65534
INCIDENT = "billets-clair-2026-11-20"


def tokens_of(folder: Path) -> dict[str, str]:
    tokens: dict[str, str] = json.loads((folder / "tokens.json").read_text())
    return tokens


async def post(session: aiohttp.ClientSession, service: Serving, number: int | str) -> tuple[int, dict[str, Any]]:
    headers = bearer(tokens_of(service.folder), "poster") | {"Content-Type": "application/cloudevents+json"}
    async with session.post(f"{service.ledger}/events", json=comment(number), headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def size_of(session: aiohttp.ClientSession, service: Serving) -> int:
    async with session.get(service.ledger) as answer:
        facts = await answer.json()
    return int(facts["size"])


async def test_the_demonstration_shows_a_fresh_crisis_and_everything_it_prints_works(demo_folder: Path) -> None:
    file = demo_folder / "tokens.json"
    tokens = tokens_of(demo_folder)
    assert list(tokens) == ["poster", "reader", "auditor", "admin"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with serving(demo_folder, "--demo") as service:
        assert "was told" not in service.errors, "a second start finds the crisis told"
        assert tokens_of(demo_folder) == tokens
        assert all(token in service.output for token in tokens.values())
        async with aiohttp.ClientSession(headers=bearer(tokens, "reader")) as session:
            size = await size_of(session, service)
            assert size >= len(read_story())
            timeline_url = f"{service.ledger}/incidents/{INCIDENT}/timeline?limit=1000&after={size - 1}"
            async with session.get(timeline_url) as answer:
                timeline = (await answer.json())["items"]
        times = [datetime.fromisoformat(item["time"]) for item in timeline if item.get("time")]
        assert timedelta() <= datetime.now(UTC) - max(times) < timedelta(minutes=10)
        receipt = await asyncio.to_thread(run_printed_commands, service)
        assert receipt.startswith("c2sp.org/tlog-proof@v1\n")


def run_printed_commands(service: Serving) -> str:
    """Run what the tour says, joined where a line goes on; return the receipt that it wrote."""
    lines = service.output.replace("\\\n", " ").splitlines()
    for command in (line for line in lines if line.startswith("  curl ")):
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=service.folder, capture_output=True, text=True, timeout=20, check=True
        )
        assert '"status"' not in done.stdout[:300], f"{shlex.split(command)[-1]}: {done.stdout}"
    (verify,) = (line for line in lines if " verify comment.tlog-proof " in line)
    verified = ledgerd(service.folder, *shlex.split(verify)[1:])
    assert verified.code == 0, verified.errors
    return (service.folder / "comment.tlog-proof").read_text()


async def test_sigterm_answers_what_was_accepted_and_ends_the_tails(demo_folder: Path) -> None:
    """Ten posts wait in mid-commit when the signal comes: each still gets its receipt, and the exit code is 0."""
    with serving(demo_folder, "--demo") as service:
        headers = bearer(tokens_of(demo_folder), "auditor") | {"Accept": "text/event-stream"}
        dsn = LocalPostgres(demo_folder / "postgres").dsn()
        holder = await asyncpg.connect(dsn)
        async with aiohttp.ClientSession() as session:
            tail = await session.get(f"{service.ledger}/events", headers=headers)
            async with holder.transaction():
                await holder.execute("SELECT size FROM ledger.heads FOR UPDATE")
                posts = [asyncio.create_task(post(session, service, number)) for number in range(10)]
                await asyncio.sleep(0.3)
                service.process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.3)
            answers = await asyncio.gather(*posts)
            await asyncio.wait_for(tail.read(), 10)
        assert [status for status, _ in answers] == [201] * 10
        assert await asyncio.to_thread(service.process.wait, 20) == 0
        holder.terminate()
        assert "error" not in service.errors
    with serving(demo_folder) as service:
        async with aiohttp.ClientSession() as session:
            again = [await post(session, service, number) for number in range(10)]
    first = [(body["index"], body["receipt"]) for _, body in answers]
    assert [(status, (body["index"], body["receipt"])) for status, body in again] == [(200, one) for one in first]


async def test_kill_9_leaves_no_postgresql_and_loses_nothing(demo_folder: Path) -> None:
    with serving(demo_folder) as service:
        async with aiohttp.ClientSession() as session:
            assert (await post(session, service, 1))[0] == 201
        postgres = service.postgres()
        assert service.stop(signal.SIGKILL) == -signal.SIGKILL
        until(lambda: gone(postgres))
    with serving(demo_folder) as service:
        async with aiohttp.ClientSession() as session:
            assert (await post(session, service, 1))[0] == 200


async def test_a_killed_postgresql_is_started_again_and_the_service_goes_on(demo_folder: Path) -> None:
    with serving(demo_folder) as service:
        postgres = service.postgres()
        os.kill(postgres, signal.SIGKILL)
        async with aiohttp.ClientSession() as session:
            deadline = time.monotonic() + 30
            statuses = [0]
            while statuses[-1] not in {200, 201}:
                assert time.monotonic() < deadline, statuses
                statuses.append((await post(session, service, 1))[0])
                await asyncio.sleep(0.05)
        assert set(statuses[1:-1]) <= {503}
        assert service.postgres() != postgres


async def test_workers_write_one_history_and_end_with_their_parent(demo_folder: Path) -> None:
    with serving(demo_folder, "--workers", "2") as service:
        workers = service.workers()
        assert len(workers) == 2
        fresh = aiohttp.TCPConnector(force_close=True, limit=32)  # a connection a request, so that both take part
        async with aiohttp.ClientSession(connector=fresh) as session:
            before = await size_of(session, service)
            answers = await asyncio.gather(*(post(session, service, number) for number in range(100)))
            assert sorted(body["index"] for _, body in answers) == list(range(before, before + 100))
            async with session.get(service.ledger) as answer:
                vkey = VerifierKey.parse((await answer.json())["vkey"])
            async with session.get(f"{service.ledger}/checkpoint") as answer:
                assert open_checkpoint(await answer.read(), vkey).size == before + 100
            pages = [await commits(session, service) for _ in range(40)]
        assert len({page for page in pages if page}) == 2, "both workers committed"
        postgres = service.postgres()
        service.stop(signal.SIGKILL)
        until(lambda: all(map(gone, [*workers, postgres])))


async def commits(session: aiohttp.ClientSession, service: Serving) -> str:
    """How many commits the worker that happens to answer has done, and how long they took: its mark."""
    async with session.get(f"{service.url}/metrics") as answer:
        text = await answer.text()
    return next((line for line in text.splitlines() if line.startswith("ledgerd_commit_seconds_sum")), "")


def test_a_worker_that_dies_ends_the_service_and_sigterm_ends_all_in_order(demo_folder: Path) -> None:
    with serving(demo_folder, "--workers", "2") as service:
        workers = service.workers()
        os.kill(workers[0], signal.SIGKILL)
        assert service.process.wait(30) == 1
        assert "a worker ended by itself" in service.errors
        until(lambda: all(map(gone, workers)))
    with serving(demo_folder, "--workers", "2") as service:
        workers = service.workers()
        assert service.stop() == 0
        assert all(map(gone, workers))


def test_what_stands_in_the_way_is_said_in_one_line(demo_folder: Path, new_folder: Path) -> None:
    with serving(demo_folder) as service:
        port = service.url.rpartition(":")[2]
        refused = {
            ledgerd(demo_folder, "serve", "--port", "0"): (1, f"is in use by process {service.process.pid}"),
            ledgerd(new_folder, "serve", "--port", port): (1, f"can't listen on 127.0.0.1:{port}"),
            ledgerd(new_folder, "serve", LEDGERD_PORT="http"): (2, "LEDGERD_PORT: "),
            ledgerd(new_folder, "serve", DATABASE_URL="postgresql://nobody:hush@127.0.0.1:1/x"): (1, "DATABASE_URL"),
        }
    for ended, (code, words) in refused.items():
        assert ended.code == code
        assert ended.errors.count("\n") == 1, ended.errors
        assert words in ended.errors
        assert "hush" not in ended.output + ended.errors


def test_in_production_a_database_that_lacks_migrations_is_not_served_unless_told_to(
    empty_database_url: str, new_folder: Path
) -> None:
    refused = ledgerd(new_folder, "serve", "--port", "0", DATABASE_URL=empty_database_url)
    assert refused.code == 1
    assert "0001_pre_log.sql" in refused.errors
    assert "ledgerd migrate" in refused.errors
    with serving(new_folder, "--migrate", DATABASE_URL=empty_database_url) as service:
        assert not (new_folder / "postgres").exists()
        assert service.stop(signal.SIGINT) == 0


def test_an_ordinary_user_starts_the_demonstration() -> None:
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user already")
    packages = f"{CHECKOUT}{os.pathsep}{Path(aiohttp.__file__).parents[1]}"
    as_nobody = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    # The environment's Python may lie below root's closed home; the system's runs the packages if it is of its version.
    commands = [(*as_nobody, python) for python in (sys.executable, "/usr/bin/python3")]
    command = next((command for command in commands if runs(command, packages)), None)
    if command is None:
        pytest.skip("no Python with the requirements that an ordinary user may run")
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent)
        os.chown(folder, NOBODY, NOBODY)
        with serving(folder, "--demo", command=command, PYTHONPATH=packages, HOME=parent) as service:
            assert service.stop() == 0
        assert (folder / "tokens.json").stat().st_uid == NOBODY


def runs(command: tuple[str, ...], packages: str) -> bool:
    imports = [*command, "-c", "import ledger.app, cryptography.hazmat.primitives.asymmetric.ed25519"]
    try:
        done = subprocess.run(
            imports, env={"PYTHONPATH": packages}, cwd="/", capture_output=True, timeout=20, check=False
        )
    except OSError:
        return False
    return done.returncode == 0
