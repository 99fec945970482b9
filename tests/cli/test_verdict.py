"""`ledgerd verdict`: what the service judges, in words, in either language, with an exit code for scripts."""

import json
from pathlib import Path

import pytest

from ledger.client.verdict import EXIT_CODES
from ledger.store.tokens import Role
from tests.cli.program import comment
from tests.cli.target import Client
from tests.service.fixture import Service


@pytest.fixture
async def client(service: Service, tmp_path: Path) -> Client:
    """Commands against a service whose ledger holds an incident."""
    client = Client(service, tmp_path)
    file = client.file("all.ndjson", (comment(n) | {"subject": "paris"} for n in range(5)))
    assert (await client.import_(file)).code == 0
    return client


async def test_it_says_the_verdict_its_scope_and_what_is_not_covered(client: Client) -> None:
    judged = await client.run("verdict", "--ledger", "demo", "--incident", "paris", role=Role.READER)
    whole = json.loads(
        (await client.run("verdict", "--ledger", "demo", "--incident", "paris", "--json", role=Role.READER)).output
    )
    lines = judged.output.splitlines()
    assert lines[0] == f"{whole['verdict'].upper()}  5 @ {whole['root']}"
    assert lines[1] == whole["scope"]["sentence"]["en"]
    assert "5 entries verified" in lines[2]
    assert "Not covered:" in lines
    assert judged.code == EXIT_CODES[whole["verdict"]]


async def test_it_speaks_french(client: Client) -> None:
    judged = await client.run("verdict", "--ledger", "demo", "--lang", "fr", role=Role.READER)
    assert judged.output.splitlines()[1].startswith("Couvre tout le registre")
    assert "Non couvert :" in judged.output


async def test_it_is_put_on_record_when_asked(client: Client) -> None:
    judged = await client.run("verdict", "--ledger", "demo", "--incident", "paris", "--record", role=Role.AUDITOR)
    assert judged.output.splitlines()[-1] == "on record at index 5"
    refused = await client.run("verdict", "--ledger", "demo", "--record", role=Role.READER)
    assert (refused.code, "auditor" in refused.errors) == (2, True)


async def test_what_can_not_be_judged_is_a_line_and_code_2(client: Client) -> None:
    for options in (("--incident", "nowhere"), ("--incident", "paris", "--since", "2026-01-01T00:00:00Z")):
        done = await client.run("verdict", "--ledger", "demo", *options, role=Role.READER)
        assert (done.code, len(done.errors.splitlines())) == (2, 1)
