"""A commit whose outcome nobody knows is never called a success, and its events land once."""

import asyncio
from collections.abc import AsyncIterator
from itertools import chain

import asyncpg
import pytest

from ledger.sequencer.draft import Repeated, Unit
from ledger.sequencer.errors import CommitUnknown
from ledger.store.connections import tells_unknown_commit
from tests.sequencer.drafts import alone, comment
from tests.sequencer.made import Made, append
from tests.sequencer.proxy import Proxy, proxied

SIMULATED = """
CREATE FUNCTION cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'canceling wait for synchronous replication due to user request';
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cancelled AFTER INSERT ON ledger.checkpoints
INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cancelled()
"""


@pytest.fixture
async def proxy(made: Made) -> AsyncIterator[Proxy]:
    async with proxied(made.dsn) as proxy:
        yield proxy


async def test_commit_acknowledged_but_reply_lost_is_not_appended_twice(made: Made, proxy: Proxy) -> None:
    units = alone(*(comment(number, "paris", number + 1) for number in range(5)))
    async with made.sequencing(proxy.dsn) as sequencer:
        await append(sequencer, Unit([comment("before")]))
        proxy.losing = b"appended"
        answers = [sequencer.enqueue(unit) for unit in units]
        for answer in answers:
            with pytest.raises(CommitUnknown):
                await answer
        assert proxy.lost == 1
        assert (await made.checkpoint()).size == 6, "it did take place"
        again = [(await answer)[0] for answer in [sequencer.enqueue(unit) for unit in units]]
        assert again == [Repeated(index) for index in range(1, 6)]
        assert await append(sequencer, Unit([comment("after", "paris")])) == [6]
    assert (await made.checkpoint()).size == 7


async def test_a_lost_reply_under_the_heads_lock_commits_nothing_twice_either(made: Made, proxy: Proxy) -> None:
    """Two processes race until one of them takes the lock first; replies are lost all the while."""
    shared = [comment(number, "paris") for number in range(20)]

    async def insist(dsn: str, who: str) -> None:
        own = [comment(f"{who} {number}", "paris") for number in range(20)]
        async with made.sequencing(dsn) as sequencer:
            for draft in chain(*zip(shared, own, strict=True)):
                while True:
                    try:
                        await append(sequencer, Unit([draft]))
                        break
                    except CommitUnknown:
                        continue

    async def lose() -> None:
        while True:
            proxy.losing = b"appended"
            await asyncio.sleep(0.02)

    async with asyncio.timeout(60):
        losing = asyncio.create_task(lose())
        await asyncio.gather(insist(made.dsn, "a"), insist(proxy.dsn, "b"), insist(proxy.dsn, "c"))
        losing.cancel()
    assert proxy.lost > 0
    assert (await made.checkpoint()).size == 80


async def test_a_database_that_is_away_is_unknown_for_now_and_the_service_comes_back_by_itself(
    made: Made, proxy: Proxy
) -> None:
    proxy.away = True
    async with made.sequencing(proxy.dsn) as sequencer:
        for _ in range(2):
            answer = sequencer.enqueue(Unit([comment(1)]))
            with pytest.raises(CommitUnknown):
                await answer
        proxy.away = False
        assert await append(sequencer, Unit([comment(1)])) == [0]
        proxy.cut()
        await asyncio.sleep(0.01)
        assert await append(sequencer, Unit([comment(2)])) == [1], "a connection cut between commits costs nothing"


async def test_the_backend_of_the_sequencer_may_be_terminated_at_any_time(made: Made) -> None:
    async def terminate() -> None:
        async with made.superuser() as superuser:
            while True:
                await superuser.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND application_name = 'ledgerd'"
                )
                await asyncio.sleep(0.1)

    unknown = 0
    async with made.sequencing() as sequencer:
        terminating = asyncio.create_task(terminate())
        async with asyncio.timeout(60):
            for number in range(200):
                while True:
                    try:
                        await append(sequencer, Unit([comment(number)]))
                        break
                    except CommitUnknown:
                        unknown += 1
        terminating.cancel()
    assert (await made.checkpoint()).size == 200
    assert unknown


async def test_a_cancelled_wait_for_the_standby_is_no_success(made: Made) -> None:
    await made.execute(SIMULATED)
    async with made.sequencing() as sequencer:
        answer = sequencer.enqueue(Unit([comment(1)]))
        with pytest.raises(CommitUnknown):
            await answer
        kept = made.keeper()
        assert kept.last() is None, "nothing of it was signed for good"
        kept.close()
        await made.execute("DROP TRIGGER cancelled ON ledger.checkpoints")
        assert (await sequencer.enqueue(Unit([comment(1)])))[0] == Repeated(0)
    assert (await made.checkpoint()).size == 1


@pytest.mark.parametrize(
    ("state", "words", "function", "unknown"),
    [
        ("01000", "canceling wait for synchronous replication due to user request", "anything", True),
        ("01000", "annulation de l'attente pour la réplication synchrone", "SyncRepWaitForLSN", True),
        ("01000", "there is no transaction in progress", "EndTransactionBlock", False),
        ("00000", "nothing to do with synchronous replication", "anything", False),
    ],
)
def test_the_warning_is_understood_in_any_language(state: str, words: str, function: str, *, unknown: bool) -> None:
    fields = {"S": "WARNING", "V": "WARNING", "C": state, "M": words, "R": function}
    message = asyncpg.PostgresLogMessage.new(fields)
    assert isinstance(message, asyncpg.PostgresLogMessage)
    assert tells_unknown_commit(message) == unknown


@pytest.fixture
async def absent_standby(made: Made, administration: asyncpg.Connection) -> AsyncIterator[None]:
    """Commits in this database wait for a standby that isn't there."""
    name = made.dsn.split("@/")[1].split("?")[0]
    await administration.execute(f"ALTER DATABASE \"{name}\" SET synchronous_commit = 'on'")
    await administration.execute("ALTER SYSTEM SET synchronous_standby_names = 'absent'")
    await administration.execute("SELECT pg_reload_conf()")
    yield
    await administration.execute("ALTER SYSTEM RESET synchronous_standby_names")
    await administration.execute("SELECT pg_reload_conf()")


@pytest.mark.usefixtures("absent_standby")
async def test_postgresqls_own_warning_of_a_cancelled_wait_is_understood(
    made: Made, administration: asyncpg.Connection
) -> None:
    async with made.sequencing() as sequencer:
        answer = sequencer.enqueue(Unit([comment(1)]))
        async with asyncio.timeout(10):
            while not await administration.fetchval(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            ):
                await asyncio.sleep(0.02)
            with pytest.raises(CommitUnknown):
                await answer
        assert (await made.checkpoint()).size == 1, "it is visible here, and lost at a failover"
