"""When the service can't do its work for now: it says so and for how long, and nothing is lost by asking again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest

from ledger.sequencer import sequencer
from ledger.sequencer.errors import RolledBack
from ledger.web.context import LEDGERS
from tests.http.client import Answer, Client, comment


def require_told_to_retry(answer: Answer, problem: str) -> None:
    assert (answer.status, answer.problem) == (503, problem)
    assert int(answer.headers["Retry-After"]) > 0


async def until_accepted(client: Client, event: dict[str, object]) -> Answer:
    """Post the same event until it is answered, as a poster does that was told to come again."""
    async with asyncio.timeout(30):
        while (answer := await client.post(event)).status == 503:
            await asyncio.sleep(0.05)
    return answer


@asynccontextmanager
async def database_away(client: Client, administration: asyncpg.Connection) -> AsyncIterator[None]:
    """Let nobody into the service's database, and put out whoever is in."""
    name = urlsplit(client.service.database_url).path.strip("/")
    await administration.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    await administration.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    try:
        yield
    finally:
        await administration.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


async def test_database_away_loses_nothing(client: Client, administration: asyncpg.Connection) -> None:
    await client.post(comment("before"))
    async with database_away(client, administration):
        require_told_to_retry(await client.post(comment("meanwhile")), "unavailable")
        for path in ("/events", "/events/0", "/checkpoint", "/proofs/inclusion?index=0", "/incidents"):
            require_told_to_retry(await client.get(path), "unavailable")
        assert (await client.get("//readyz", None)).status == 503
        assert (await client.get("//livez", None)).status == 200
    answer = await until_accepted(client, comment("meanwhile"))
    assert (answer.status, answer.document["index"]) == (201, 1)
    assert (await client.post(comment("meanwhile"))).status == 200
    assert await client.size() == 2
    assert (await client.get("//readyz", None)).status == 200


async def test_lines_of_a_stream_say_that_they_did_not_land(client: Client, administration: asyncpg.Connection) -> None:
    await client.post(comment("before"))
    async with database_away(client, administration):
        answer = await client.post_lines([comment("a"), b"{", comment("b")])
    if answer.status == 503:  # not even the token could be looked up
        return
    assert [line["status"] for line in answer.lines] == [503, 400, 503]


@pytest.fixture
def short_queue(monkeypatch: pytest.MonkeyPatch) -> int:
    """A queue that is full with five events."""
    monkeypatch.setattr(sequencer, "QUEUE_EVENTS", 5)
    return 5


async def test_full_queue_refuses_and_what_was_refused_lands_later(client: Client, short_queue: int) -> None:
    await client.post(comment("first"))
    events = [comment(f"e{number}") for number in range(40)]
    async with held_head(client):
        posted = [asyncio.create_task(client.post(event)) for event in events]
        _, waiting = await asyncio.wait(posted, timeout=1.0)
        assert len(waiting) >= short_queue
    answers = await asyncio.gather(*posted)
    refused = [event for event, answer in zip(events, answers, strict=True) if answer.status == 503]
    assert refused, "the queue was never full"
    for answer in answers:
        if answer.status != 201:
            require_told_to_retry(answer, "overloaded")
    assert await client.size() == 1 + len(events) - len(refused)
    for event in refused:
        assert (await until_accepted(client, event)).status == 201
    assert await client.size() == 1 + len(events)


@asynccontextmanager
async def held_head(client: Client) -> AsyncIterator[None]:
    """Keep the ledger's head row locked, so that no batch can be committed."""
    connection = await asyncpg.connect(client.service.database_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM ledger.heads WHERE ledger_id = 'demo' FOR UPDATE")
            yield
    finally:
        await connection.close()


async def test_ledger_that_signs_nothing_says_why_and_goes_on_answering_reads(client: Client) -> None:
    await client.post(comment(subject="i"))
    (ledger,) = client.service.app[LEDGERS].opened
    ledger.sequencer.refuse(RolledBack("planted"))
    require_told_to_retry(await client.post(comment()), "signing-stopped")
    ready = await client.get("//readyz", None)
    assert (ready.status, ready.document["ready"]) == (503, False)
    assert "RolledBack" in ready.document["reasons"]["demo"]
    for path in ("/events", "/events/0/receipt", "/checkpoint", "/incidents/i/timeline?after=0"):
        assert (await client.get(path)).status == 200


async def test_projection_that_has_not_come_so_far_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.web.awaiting.WAIT_SECONDS", 0.05)
    (ledger,) = client.service.app[LEDGERS].opened
    await ledger.runner.stop()
    await client.post(comment(subject="i"))
    for path in ("/incidents/i/timeline", "/incidents", "/incidents/i", "/events"):
        require_told_to_retry(await client.get(f"{path}?after=0"), "projection-lagging")


async def test_nobody_waits_for_what_the_log_does_not_hold(client: Client) -> None:
    await client.post(comment())
    for path in ("/incidents", "/incidents/i", "/incidents/i/timeline", "/events"):
        answer = await client.get(f"{path}?after=1")
        assert (answer.status, answer.problem, answer.pointers) == (400, "bad-request", ["?after"])
