"""The client's commands against the service of this process: each a process of its own, waited for in a thread."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ledger.store.tokens import Role
from tests.cli.program import Ended, ledgerd
from tests.service.fixture import Service

Raw = bytes | str | dict[str, object]


class Client:
    """Runs commands with a role's token, from a folder of the test's own."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service, self.folder = service, folder

    async def run(self, *arguments: object, role: Role | None = None, **settings: str) -> Ended:
        """Run a command to its end."""
        known = {"LEDGERD_URL": self.service.base_url, "LEDGERD_MEMORY": str(self.folder / "memory")}
        token = {"LEDGERD_TOKEN": self.service.tokens[role]} if role else {}
        texts = [str(argument) for argument in arguments]
        return await asyncio.to_thread(ledgerd, self.folder, *texts, **known | token | settings)

    async def import_(self, file: Path, *options: object) -> Ended:
        """Import a file as a poster."""
        return await self.run("import", file, "--ledger", "demo", *options, role=Role.POSTER)

    async def events(self, role: Role = Role.AUDITOR, **query: str) -> list[dict[str, Any]]:
        """Return the events of the ledger."""
        url, bearer = f"{self.service.url}/events", self.service.bearer(role)
        async with self.service.session.get(url, params={"format": "ndjson", **query}, headers=bearer) as response:
            assert response.status == 200, await response.text()
            return [json.loads(line) for line in (await response.text()).splitlines()]

    def file(self, name: str, lines: Iterable[Raw]) -> Path:
        """Write a file; a line that is a document is written as JSON."""
        path = self.folder / name
        path.write_bytes(b"".join(map(_line, lines)))
        return path


def opened(event: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the fields of an event that are opened."""
    return {name: opening["value"] for name, opening in event["openings"].items()}


def _line(line: Raw) -> bytes:
    text = json.dumps(line) if isinstance(line, dict) else line
    return (text.encode() if isinstance(text, str) else text) + b"\n"
