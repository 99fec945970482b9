"""`ledgerd verify` and `ledgerd export`: what is whole is valid offline, what isn't is named by its index."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.store.tokens import Role
from tests.cli.program import comment, environment
from tests.cli.target import Client
from tests.service.fixture import Service

COUNT = 300


@pytest.fixture
async def client(service: Service, tmp_path: Path) -> Client:
    """Commands against a service that holds comments in two incidents."""
    client = Client(service, tmp_path)
    file = client.file("all.ndjson", (comment(n) | {"subject": f"i{n % 2}"} for n in range(COUNT)))
    assert (await client.import_(file)).code == 0
    return client


async def export(client: Client, *options: object, role: Role = Role.AUDITOR) -> Path:
    """Export the ledger to a file."""
    path = client.folder / "export.ndjson"
    done = await client.run("export", "--ledger", "demo", "-o", path, *options, role=role)
    assert done.code == 0, done.errors
    return path


async def test_a_copied_export_is_valid_offline_and_its_key_is_trusted_on_first_use(client: Client) -> None:
    path = await export(client)
    done = await client.run("verify", path, LEDGERD_URL="http://127.0.0.1:9")
    assert (done.code, done.output.splitlines()[-2:]) == (0, [f"{COUNT} of {COUNT} entries valid", "VALID"])
    assert "taken on first use" in done.output
    vkey = json.loads(path.read_bytes().split(b"\n")[0])["vkey"]
    given = await client.run("verify", path, "--vkey", vkey)
    assert (given.code, "given" in given.output) == (0, True)
    assert (await client.run("verify", path, "--vkey", "nonsense")).code == 2


async def test_an_export_that_was_cut_off_or_edited_is_refused_with_the_index(client: Client) -> None:
    path = await export(client)
    lines = path.read_bytes().splitlines(keepends=True)
    edits = (lines[:101], [*lines[:101], lines[101].replace(b"Words", b"Woods"), *lines[102:]])
    for edited in edits:
        path.write_bytes(b"".join(edited))
        done = await client.run("verify", path)
        assert (done.code, done.output.splitlines()[-2:]) == (1, ["first bad index: 100", "INVALID"])


async def test_a_part_proves_itself_and_says_that_it_is_a_part(client: Client) -> None:
    path = await export(client, "--incident", "i1", role=Role.READER)
    lines = path.read_bytes().splitlines()
    assert len(lines) == COUNT // 2 + 2
    done = await client.run("verify", path)
    assert done.code == 0, done.output
    assert f"{COUNT // 2} of {COUNT // 2} entries valid" in done.output
    assert "a part of the log (incident i1)" in done.output
    path.write_bytes(b"\n".join([*lines[:5], *lines[6:]]) + b"\n")
    refused = await client.run("verify", path)
    assert (refused.code, "first bad index: 11" in refused.output) == (1, True)


async def test_a_part_by_time_is_dense(client: Client) -> None:
    middle = (await client.events())[10]["entry"]["accepted_at"]
    path = await export(client, "--since", middle)
    assert (await client.run("verify", path)).code == 0
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*lines[:2], *lines[3:]]) + b"\n")
    assert (await client.run("verify", path)).code == 1


async def test_a_receipt_verifies_with_a_given_or_remembered_key_and_not_when_changed(client: Client) -> None:
    service = client.service
    async with service.session.get(f"{service.url}/events/5/receipt") as response:
        receipt = client.folder / "5.tlog-proof"
        receipt.write_bytes(await response.read())
    unknown = await client.run("verify", receipt)
    assert (unknown.code, "give --vkey" in unknown.errors) == (2, True)
    async with service.session.get(service.url) as response:
        vkey = (await response.json())["vkey"]
    assert (await client.run("verify", receipt, "--vkey", vkey)).code == 0
    assert (await client.run("verify", service.url)).code == 0
    remembered = await client.run("verify", receipt)
    assert remembered.code == 0
    assert "index 5 of" in remembered.output
    receipt.write_bytes(receipt.read_bytes().replace(b"index 5", b"index 6"))
    changed = await client.run("verify", receipt)
    assert (changed.code, "first bad index: 6" in changed.output) == (1, True)


async def test_a_running_ledger_verifies_and_says_what_was_not_looked_at(client: Client) -> None:
    public = await client.run("verify", client.service.url)
    assert public.code == 0
    assert "without a token (LEDGERD_TOKEN) only the public part is checked" in public.output
    whole = await client.run("verify", client.service.url + "/", role=Role.READER)
    assert whole.code == 0
    assert re.search(r"[\d,]+ fields opened and checked, [1-9][\d,]* withheld from this reader", whole.output)
    assert f"consistent with the remembered checkpoint over {COUNT} entries" in whole.output


async def test_what_cannot_be_checked_is_neither_valid_nor_invalid(service: Service, tmp_path: Path) -> None:
    client = Client(service, tmp_path)
    assert (await client.import_(client.file("all.ndjson", [comment(1)]))).code == 0
    for target in ("http://127.0.0.1:9/ledgers/demo", "http://127.0.0.1:9/", "all.ndjson"):
        done = await client.run("verify", target)
        assert done.code == 2, done
        assert len(done.errors.splitlines()) == 1, done.errors
    denied = await client.run("verify", service.url, LEDGERD_TOKEN="ldg_nonsense")  # noqa: S106
    assert denied.code == 2


async def test_an_export_appears_under_its_name_only_when_it_is_whole(client: Client) -> None:
    path = client.folder / "none.ndjson"
    done = await client.run("export", "--ledger", "demo", "-o", path)
    assert (done.code, list(client.folder.glob("none*"))) == (2, [])


def test_files_are_verified_without_what_a_service_needs(tmp_path: Path) -> None:
    program = (
        "import sys, ledger.cli, ledger.client.export_audit, ledger.client.receipt_audit, ledger.client.memory\n"
        "print({'aiohttp', 'asyncpg', 'structlog', 'pydantic'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, check=True)
    assert done.stdout == b"set()\n"
