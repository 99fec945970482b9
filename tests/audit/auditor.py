"""An auditor: verifies the running service as `ledgerd verify URL` does, and tells what was found."""

import re
from pathlib import Path

from ledger.client.connection import Connection
from ledger.client.ledger_audit import verify_ledger
from ledger.client.memory import Memory
from ledger.client.report import Report
from ledger.store.tokens import Role
from tests.service.fixture import Service

_RANGE = re.compile(r"one of the entries (\d+) to (\d+) is not what was signed")


async def audit(service: Service, memory: Path, role: Role | None = Role.AUDITOR) -> Report:
    """Verify the ledger with a role's token, or without one."""
    async with Connection(service.url, service.tokens[role] if role else None) as connection:
        return await verify_ledger(connection, Memory(memory), None, lambda _done: None)


def names_index(report: Report, index: int) -> bool:
    """Return whether the report says that something is wrong with the entry at `index`, or among a few with it."""
    ranges = (_RANGE.search(finding.detail) for finding in report.findings)
    within = any(match and int(match[1]) <= index <= int(match[2]) for match in ranges)
    return not report.ok and (within or any(finding.index == index for finding in report.findings))
