"""docs/snapshots.md: its files are read, and its commands run as they are printed."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ledger.store.tokens import Role
from tests.docs.fences import ROOT, fences
from tests.service.fixture import Service

PAGE = "docs/snapshots.md"
BLOCKS = fences(PAGE)
SITE = "https://status.example.com"
FILES = ("page.json", "account.ndjson", "acme.csv")


class Reader:
    """Someone who follows the page in a folder of their own, where `status.example.com` is a site of the test's."""

    def __init__(self, service: Service, folder: Path, site: str) -> None:
        self.service, self.folder, self.site = service, folder, site
        for name in FILES:
            (folder / name).write_text(BLOCKS[name.replace(".", "-")])
        (folder / "token").write_text(service.tokens[Role.POSTER])

    async def run(self, name: str) -> str:
        """Run a block, and return what it prints."""
        script = ("set -eu\n" + BLOCKS["settings"] + BLOCKS[name]).replace(
            "http://127.0.0.1:8080", self.service.base_url
        )
        done = await asyncio.to_thread(
            subprocess.run,
            ["/bin/sh", "-c", script.replace(SITE, self.site)],
            cwd=self.folder,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def types(self) -> list[str]:
        """Return the types of the events of the ledger."""
        bearer = self.service.bearer(Role.READER)
        async with self.service.session.get(f"{self.service.url}/events?format=ndjson", headers=bearer) as response:
            return [json.loads(line)["entry"]["type"] for line in (await response.text()).splitlines()]


@pytest.fixture
async def reader(service: Service, tmp_path: Path) -> AsyncIterator[Reader]:
    """A reader whose status page is the page's example."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=BLOCKS["page-json"], content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/v2/summary.json", answer)
    folder = tmp_path / "desk"
    folder.mkdir()
    async with TestServer(app) as site:
        yield Reader(service, folder, str(site.make_url("")).rstrip("/"))


@pytest.mark.parametrize(("name", "items"), [("page", 2), ("account", 3), ("table", 2), ("fetch", 2), ("take", 2)])
async def test_every_format_goes_in_by_the_command_beside_it(reader: Reader, name: str, items: int) -> None:
    assert f"1 snapshots posted with {items} items, 0 already there, 0 refused" in await reader.run(name)
    assert "snapshot.imported" in await reader.types()


async def test_what_was_kept_is_replayed_as_the_page_shows(reader: Reader) -> None:
    kept = reader.folder / "kept"
    kept.mkdir()
    words = BLOCKS["page-json"], BLOCKS["page-json"], BLOCKS["page-json"].replace("looking into it", "on it")
    for minute, text in enumerate(words):
        (kept / f"20261120T11{minute:02}00Z.json").write_text(text)
    assert "3 snapshots with 6 items would be posted" in await reader.run("dry-run")
    assert await reader.types() == []
    shown = BLOCKS["replayed"].replace("http://127.0.0.1:8080", reader.service.base_url)
    assert await reader.run("replay") == shown
    assert (await reader.run("replay")).startswith("0 snapshots posted with 0 items, 3 already there, 0 refused\n")


def test_cron_runs_the_lines_above_it() -> None:
    text = (ROOT / PAGE).read_text()
    path, script = re.findall(r"cd (\S+) && sh (\S+)", BLOCKS["crontab"])[0]
    assert f"`{path}/{script}`" in text
