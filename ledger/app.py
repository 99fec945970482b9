"""The composition root: the only place where things are wired."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

import structlog
from aiohttp import web

from ledger.clockwork.watches import watches
from ledger.keys import KeysFolder
from ledger.metrics import Metrics
from ledger.registry import Ledgers, Trouble
from ledger.sequencer.errors import Fatal
from ledger.settings import Settings
from ledger.store.connections import open_pool
from ledger.store.listener import Listener
from ledger.store.ports import StoreUnavailable
from ledger.store.sessions import Sessions
from ledger.store.tokens import Tokens
from ledger.web.asyncapi import render_asyncapi
from ledger.web.boundary import boundary, harden
from ledger.web.cloudevents import MAX_REQUEST_BYTES
from ledger.web.comment_shelf import SHELF, CommentShelf
from ledger.web.context import CLOCK, LEDGERS, METRICS, SESSIONS, SETTINGS, TOKENS
from ledger.web.docs import ASYNCAPI, OPENAPI
from ledger.web.html.feeds import FEEDS, Feeds
from ledger.web.html.page import routes
from ledger.web.html.public import PUBLIC, PublicShelf
from ledger.web.html.routes import PAGES
from ledger.web.live import TAILS, end_tails
from ledger.web.openapi import render_openapi
from ledger.web.paging import TURN
from ledger.web.proving import JUDGED_AT_ONCE, JUDGING
from ledger.web.routes import OPERATIONS
from ledger.web.timeline_shelf import TIMELINES, TimelineShelf
from ledger.web.verdict_shelf import VERDICTS, VerdictShelf

_log = structlog.get_logger("ledger")
_LOOK_SECONDS = 1.0

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def build(settings: Settings, dsn: str, clock: Clock = utc_now) -> web.Application:
    """Return the application over the database at `dsn`; opened when it starts, closed when it stops."""
    app = web.Application(middlewares=[boundary], client_max_size=MAX_REQUEST_BYTES)
    app[SETTINGS], app[CLOCK], app[METRICS], app[TAILS] = settings, clock, Metrics(), set()
    app[FEEDS], app[PUBLIC] = Feeds(), PublicShelf()
    app[TURN], app[SHELF] = asyncio.Lock(), CommentShelf()
    app[TIMELINES] = TimelineShelf()
    app[JUDGING], app[VERDICTS] = asyncio.Semaphore(JUDGED_AT_ONCE), VerdictShelf()
    app[OPENAPI] = render_openapi(OPERATIONS, version("ledgerd"))
    app[ASYNCAPI] = render_asyncapi(version("ledgerd"))
    app.on_response_prepare.append(harden)
    app.on_shutdown.append(end_tails)
    app.cleanup_ctx.append(partial(_stores, dsn))
    app.add_routes(routes(OPERATIONS, PAGES))
    return app


async def _stores(dsn: str, app: web.Application) -> AsyncIterator[None]:
    """Open what lives on the database, in the order of dependence; close it in the reverse."""
    async with open_pool(dsn) as pool:
        app[TOKENS] = tokens = Tokens(pool, app[CLOCK])
        app[SESSIONS] = Sessions(pool, tokens, app[CLOCK])
        look_now = asyncio.Event()
        listener = Listener(dsn, partial(_hear, look_now, tokens))
        told = _Told(app[METRICS], listener)
        keys = KeysFolder(app[SETTINGS].keys_folder)
        ledgers = app[LEDGERS] = Ledgers(dsn, pool, keys, app[CLOCK], told, watches(app[SETTINGS].surge_opens))
        told.ledgers = ledgers
        await listener.start()
        await ledgers.open_all()
        looking = asyncio.create_task(_look(ledgers, look_now))
        yield
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        await ledgers.close()
        await listener.stop()


class _Told(Trouble):
    """Passes on what happens in the background: to metrics and log, to the other processes, to who waits here."""

    ledgers: Ledgers

    def __init__(self, metrics: Metrics, listener: Listener) -> None:
        self._metrics, self._listener = metrics, listener

    def committed(self, ledger: str, size: int, events: int, seconds: float) -> None:
        self._metrics.committed(ledger, events, seconds)
        self.ledgers.hear(ledger, size)
        self._listener.send(f"size {ledger}")

    def stopped(self, ledger: str, fatal: Fatal) -> None:
        _log.critical("ledger signs nothing more", ledger=ledger, reason=type(fatal).__name__, detail=str(fatal))

    def failed(self, ledger: str, where: str, error: Exception) -> None:
        self._metrics.failed(ledger, where)
        _log.error("background task failed", ledger=ledger, task=where, error=type(error).__name__, exc_info=error)


def _hear(look_now: asyncio.Event, tokens: Tokens, hint: str) -> None:
    """Act on another process's hint: `size <ledger>`, `token <ledger> <id>`, or nothing known after a break."""
    match hint.split(" "):
        case ["token", ledger, token_id]:
            tokens.forget(ledger, token_id)
        case _:
            look_now.set()


async def _look(ledgers: Ledgers, look_now: asyncio.Event) -> None:
    """Ask the database how far the ledgers have come, at every hint and every second."""
    while True:
        look_now.clear()
        with suppress(StoreUnavailable):
            await ledgers.look()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await look_now.wait()
