"""One process that serves: from its socket to its graceful end."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from aiohttp import web

from ledger.app import build
from ledger.local import LocalPostgres, LocalPostgresError
from ledger.settings import Settings

STOPPING_SECONDS, _CLOSING_SECONDS = 5.0, 20.0
_BACKLOG = 1024
_YOUNG_OBJECTS = 10_000
_LOOK_SECONDS = 0.2
_log = structlog.get_logger("ledger.serving")


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run `main` in an event loop of its own, uvloop's where there is one."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415 - not there on Windows

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)


def stop_signal(*signals: int) -> asyncio.Event:
    """Return an event that the first of `signals` sets. Call within the running loop of the main thread."""
    stop = asyncio.Event()
    for number in signals:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def serve_until(
    stop: asyncio.Event, settings: Settings, dsn: str, listener: socket.socket, ready: Callable[[], None]
) -> None:
    """Serve on `listener` until `stop`; then take no more, answer what was accepted, end the live tails, close.

    `ready` is called once callers are answered. Requests under way have `STOPPING_SECONDS` to end.
    """
    runner = web.AppRunner(build(settings, dsn), access_log=None, shutdown_timeout=STOPPING_SECONDS)
    await runner.setup()
    _settle_memory()
    try:
        await web.SockSite(runner, listener, backlog=_BACKLOG).start()
        ready()
        await stop.wait()
        _log.info("stopping")
    finally:
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                await runner.cleanup()
        except TimeoutError:
            _log.error("gave up closing in order; what was acknowledged is on disk all the same")


def _settle_memory() -> None:
    """Spare the collector what start-up made, and let it look at requests in larger helpings.

    Walking the modules and models again and again took an eighth of the time of a service under load.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)


async def serve_alone(
    settings: Settings, dsn: str, listener: socket.socket, postgres: LocalPostgres | None, ready: Callable[[], None]
) -> None:
    """Serve in this process alone until SIGTERM or SIGINT, and keep the local PostgreSQL running meanwhile."""
    stop = stop_signal(signal.SIGTERM, signal.SIGINT)
    async with kept_running(postgres):
        await serve_until(stop, settings, dsn, listener, ready)


@asynccontextmanager
async def kept_running(postgres: LocalPostgres | None) -> AsyncIterator[None]:
    """Start the local PostgreSQL again whenever it ends, until the block does."""
    keeping = asyncio.create_task(_keep(postgres)) if postgres else None
    try:
        yield
    finally:
        if keeping is not None:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping


async def _keep(postgres: LocalPostgres) -> None:
    """Look after the server, from the main thread, with whose end it ends.

    Starting it holds up the loop for as long as it recovers; without a database there is nothing to answer anyway.
    """
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if postgres.pid is not None:
            continue
        _log.warning("the local PostgreSQL has ended; starting it again")
        try:
            postgres.start()
        except LocalPostgresError as error:
            _log.error("the local PostgreSQL doesn't start", detail=str(error))
