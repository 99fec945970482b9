"""The process that keeps time is killed: another one takes over, and what it finds is on record once."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession

from ledger.store.tokens import Role
from tests.clockwork.processes import recorded
from tests.faults.process import served
from tests.faults.tokens import make_token
from tests.sequencer.made import Made

TAKING_OVER_SECONDS = 30


async def break_promise(session: ClientSession, url: str, token: str, name: str) -> None:
    """Post a promise, and that it was kept too late."""
    made = {"commitment_id": name, "promise": "Soon.", "to": "you", "due": "2026-01-01T12:00:00Z", "owner": "ana"}
    kept = {"commitment_id": name, "evidence": [0]}
    for type_, time, data in (("made", "2026-01-01T11:00:00Z", made), ("kept", "2026-01-01T12:00:01Z", kept)):
        event = {"specversion": "1.0", "type": f"commitment.{type_}", "source": "urn:desk", "id": f"{name}-{type_}"}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents+json"}
        async with session.post(
            f"{url}/events", json={**event, "time": time, "subject": "paris", "data": data}, headers=headers
        ) as answer:
            assert answer.status == 201, await answer.text()


async def missed(made: Made, count: int) -> list[str | None]:
    """The broken promises on record, once there are so many."""
    async with asyncio.timeout(TAKING_OVER_SECONDS):
        while len(found := [event.text("commitment_id") for event in await recorded(made)]) < count:
            await asyncio.sleep(0.1)
    return found


async def epoch(made: Made) -> int:
    async with made.superuser() as superuser:
        return int(await superuser.fetchval("SELECT epoch FROM ledger.leases"))


@pytest.mark.slow
async def test_when_the_holder_of_the_lease_is_killed_the_other_process_takes_over(
    made: Made, tmp_path: Path, session: ClientSession
) -> None:
    poster = await make_token(made, Role.POSTER)
    async with served(made.dsn, tmp_path, processes=2) as [holder, other]:
        await break_promise(session, other.url, poster, "one")
        assert await missed(made, 1) == ["one"]
        assert await epoch(made) == 1
        holder.end()
        await break_promise(session, other.url, poster, "two")
        assert await missed(made, 2) == ["one", "two"]
        assert await epoch(made) == 2
        await holder.start()
        await break_promise(session, holder.url, poster, "three")
        assert await missed(made, 3) == ["one", "two", "three"]
        assert not other.errors, other.errors
