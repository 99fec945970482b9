"""What an honest ledger serves is valid for every reader, however odd the values."""

import json
from pathlib import Path

import pytest

from ledger.store.tokens import Role
from tests.audit.auditor import audit
from tests.service.fixture import Service

ODD = [
    1e-7,
    1e21 / 1e7,
    0.1,
    5e-324,
    -0.0,
    1.0,
    "\u2028\u0007\\/\U0001f600é",
    {"é": 1, "\U0001f600": 2, "\ufb33": 3},
    [],
    {},
]


@pytest.fixture
async def odd(service: Service) -> Service:
    """A service with an event for each odd value, internal and personal."""
    headers = service.bearer(Role.POSTER) | {"Content-Type": "application/cloudevents-batch+json"}
    base = {"specversion": "1.0", "source": "urn:é", "time": "2026-11-22T10:00:00Z", "subject": "où"}
    events = [
        base | {"type": "custom.odd", "id": f"o{number}", "data": {"value": value}} for number, value in enumerate(ODD)
    ]
    data = {"external_id": "1", "label": "spam", "score": 1e-7}
    events.append(base | {"type": "comment.classified", "id": "c", "data": data})
    async with service.session.post(f"{service.url}/events", data=json.dumps(events), headers=headers) as response:
        assert response.status == 201, await response.text()
    return service


@pytest.mark.parametrize("role", [None, *Role])
async def test_every_value_verifies_for_every_reader(odd: Service, fresh_memory: Path, role: Role | None) -> None:
    report = await audit(odd, fresh_memory, role)
    assert (report.findings, report.valid) == ([], len(ODD) + 1)
