"""docs/publishing.md: its commands run as they are printed."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tests.docs.fences import fences
from tests.service.fixture import Service

BLOCKS = fences("docs/publishing.md")


async def run(service: Service, folder: Path, block: str) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        ["/bin/sh", "-eu", "-c", BLOCKS[block]],
        cwd=folder,
        env=os.environ
        | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "LEDGERD_URL": service.base_url,
            "LEDGERD_MEMORY": str(folder / "memory"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_a_ledger_without_incidents_is_published_and_tried_again(service: Service, tmp_path: Path) -> None:
    assert "0 incidents, 0 texts as recorded" in await run(service, tmp_path, "publish")
    site = tmp_path / "site"
    assert "There is no public incident." in (site / "index.html").read_text()
    assert "Il n’y a pas d’incident public." in (site / "public" / "demo" / "fr.html").read_text()
    again = await run(service, tmp_path, "dry-run")
    assert "0 files would be written" in again
