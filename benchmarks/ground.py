"""The ground of all measurements: one PostgreSQL with fsync, one ledger service, the bare programs beside it."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import asyncpg

from benchmarks.load import Load, Measured, Target
from benchmarks.sample import template
from benchmarks.servers import Server, cpu_seconds, python_server
from ledger.keys import KeysFolder
from ledger.local import LocalPostgres
from ledger.settings import Settings
from ledger.store.connections import open_pool
from ledger.store.ledgers import create_ledger
from ledger.store.migrator import migrate
from ledger.store.tokens import Role, Tokens

EVENT, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
INCIDENT = "outage"
_QUIET_SECONDS, _IDLE_SHARE, _QUIET_AT_MOST = 0.3, 0.1, 30.0


@dataclass(frozen=True, slots=True)
class LedgerUnderTest:
    """A ledger of a measurement's own."""

    name: str
    url: str
    tokens: Mapping[Role, str]

    def posting(self, events_a_request: int = 1, **headers: str) -> Target:
        """Return the target that appends events."""
        content_type = EVENT if events_a_request == 1 else BATCH
        headers = {"Authorization": f"Bearer {self.tokens[Role.POSTER]}", "Content-Type": content_type, **headers}
        return Target(f"{self.url}/events", template(INCIDENT), headers, events_a_request)

    def reading(self) -> Mapping[str, str]:
        """Return the headers of a reader."""
        return {"Authorization": f"Bearer {self.tokens[Role.READER]}"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a measurement finds. `grown_size`: how far the growing ledger grows; `postmaster`: PostgreSQL's pid."""

    dsn: str
    settings: Settings
    pool: asyncpg.Pool
    load: Load
    service: Server
    echo: Server
    insert_each: Server
    grown_size: int
    postmaster: int

    async def ledger(self, name: str) -> LedgerUnderTest:
        """Create a ledger."""
        key = KeysFolder(self.settings.keys_folder).make(name, f"benchmark.invalid/ledgers/{name}")
        await create_ledger(self.pool, name, key, _now())
        tokens = Tokens(self.pool, _now)
        made = {role: await tokens.create(name, [role], [], "benchmark", None) for role in Role}
        return LedgerUnderTest(name, f"http://127.0.0.1:{self.service.port}/ledgers/{name}", made)

    async def quiet(self) -> None:
        """Wait until the service has nothing left to do: answers nobody waits for any more, projections behind."""
        patience = perf_counter() + _QUIET_AT_MOST
        while perf_counter() < patience:
            before = self.service.cpu_seconds
            await asyncio.sleep(_QUIET_SECONDS)
            if self.service.cpu_seconds - before < _QUIET_SECONDS * _IDLE_SHARE:
                return

    async def size(self, ledger: LedgerUnderTest) -> int:
        """Return how many entries a ledger has."""
        size: int = await self.pool.fetchval("SELECT size FROM ledger.heads WHERE ledger_id = $1", ledger.name)
        return size

    @property
    def database_cpu_seconds(self) -> float:
        """Return the processor time that PostgreSQL has taken, its own housekeeping included."""
        return cpu_seconds(self.postmaster, with_children=True)

    async def cost(self, ledger: LedgerUnderTest, target: Target, seconds: float) -> float:
        """Return the processor time of the service per event, in microseconds, projections included.

        It depends less than a rate does on what else runs on the machine.
        """
        await self.quiet()
        before, size = self.service.cpu_seconds, await self.size(ledger)
        succeeded(await self.load.closed(target, seconds))
        await self.quiet()
        return (self.service.cpu_seconds - before) * 1e6 / (await self.size(ledger) - size)

    async def bare_cost(self, server: Server, target: Target, seconds: float) -> float:
        """Return the processor time of a bare program per event, in microseconds."""
        before = server.cpu_seconds
        measured = succeeded(await self.load.closed(target, seconds))
        return (server.cpu_seconds - before) * 1e6 / (measured.requests * target.events_a_request)

    def bare(self, server: Server, events_a_request: int = 1) -> Target:
        """Return the target that posts to a bare program."""
        path, kind = ("one", EVENT) if events_a_request == 1 else ("batch", BATCH)
        url = f"http://127.0.0.1:{server.port}/{path}"
        return Target(url, template(INCIDENT), {"Content-Type": kind}, events_a_request)


@asynccontextmanager
async def prepared(postgres: LocalPostgres, folder: Path, size: int) -> AsyncIterator[Ground]:
    """Migrate the database, start the servers, stop them in the end."""
    dsn = postgres.dsn()
    await migrate(dsn)
    settings = Settings(data_dir=folder)
    environment = {"LEDGERD_DATABASE_URL": dsn, "LEDGERD_DATA_DIR": str(folder)}
    async with AsyncExitStack() as stack:
        log = stack.enter_context((folder / "servers.log").open("ab"))
        pool = await stack.enter_async_context(open_pool(dsn))
        service = await stack.enter_async_context(python_server("benchmarks.service", (), log, environment))
        echo = await stack.enter_async_context(python_server("benchmarks.ceilings.echo", (), log))
        insert_each = await stack.enter_async_context(python_server("benchmarks.ceilings.insert_each", [dsn], log))
        yield Ground(dsn, settings, pool, Load(), service, echo, insert_each, size, postgres.pid or 0)


async def in_turns(
    ground: Ground, contenders: Mapping[str, Callable[[], Awaitable[float]]], rounds: int = 3
) -> dict[str, float]:
    """Measure the contenders one after another, `rounds` times, and return the median of each.

    Taking turns, a noisy neighbour or a checkpoint of the database troubles all of them alike.
    """
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, measure in contenders.items():
            await ground.quiet()
            found[name].append(await measure())
    return {name: statistics.median(values) for name, values in found.items()}


def succeeded(measured: Measured) -> Measured:
    """Return `measured`. Raises `RuntimeError` where requests failed: then its rate means nothing."""
    if measured.failed:
        raise RuntimeError(f"{measured.failed} of {measured.requests} requests failed")
    return measured


def _now() -> datetime:
    return datetime.now(UTC)
