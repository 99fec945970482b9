"""Requests generated from the OpenAPI document, right and wrong: no 5xx, and no answer that it doesn't announce."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from ledger.store.tokens import Role
from tests.http.client import Client, comment

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS_AT_MOST = 120


@pytest.mark.slow
async def test_generated_requests_are_answered_as_documented(client: Client) -> None:
    await client.post_batch([comment(subject="paris") for _ in range(300)])
    arguments = ["--config-file", str(CONFIGURATION), "run", f"{client.service.base_url}/openapi.json", "--no-color"]
    arguments += ["--header", f"Authorization: Bearer {client.service.tokens[Role.ADMIN]}"]
    arguments += ["--generation-deterministic"] if "CI" in os.environ else []
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        *arguments,
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(SECONDS_AT_MOST):
            output, _ = await program.communicate()
    finally:
        if program.returncode is None:
            program.kill()
    assert program.returncode == 0, output.decode()
    assert re.search(r"Selected: (\d\d)/\1\n *Tested: \1\n", output.decode())
