"""`ledgerd serve`."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure

if TYPE_CHECKING:
    from ledger.demo.preparation import Demo
    from ledger.local import LocalPostgres
    from ledger.settings import Settings


def serve(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Found the ledger demo, with a sample crisis and tokens.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that serve, over one database.")] = 1,
    host: Annotated[str | None, typer.Option(help="Else LEDGERD_HOST, or 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Else LEDGERD_PORT, or 8080; 0 takes a free one.")
    ] = None,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Bring the database up to date first; a local one always is.")
    ] = False,
) -> None:
    """Serve every ledger over HTTP, until Ctrl-C or SIGTERM: what was accepted is then committed and answered.

    Without DATABASE_URL a local PostgreSQL is started in the data folder, and ends with the service.

    For instance:

        ledgerd serve --demo

        DATABASE_URL=postgresql://ledgerd@db/ledger ledgerd serve --workers 4 --host 0.0.0.0
    """
    from ledger.cli.announcement import announce, announce_demo
    from ledger.cli.configuration import read_settings
    from ledger.logs import configure_logs
    from ledger.serving.listening import reserve
    from ledger.serving.process import run, serve_alone
    from ledger.serving.workers import serve_by_workers

    settings = read_settings(host=host, port=port)
    configure_logs(settings)
    # Until the service listens to signals itself, SIGTERM unwinds like Ctrl-C, so that PostgreSQL is stopped in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with reserve(settings.host, settings.port, shared=workers > 1) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        with _database(settings, workers) as (dsn, postgres):
            asyncio.run(_migrate(dsn, apply=migrate or postgres is not None))
            announce(settings, local=postgres is not None, workers=workers)
            ready = partial(announce_demo, settings, asyncio.run(_prepare(settings, dsn)) if demo else None)
            if workers > 1:
                serve_by_workers(settings, dsn, workers, postgres, ready)
            else:
                run(serve_alone(settings, dsn, listener, postgres, ready))


@contextmanager
def _database(settings: "Settings", workers: int) -> "Iterator[tuple[str, LocalPostgres | None]]":
    """Give the database's URL and, where none is set, the local PostgreSQL that this process starts and owns."""
    from ledger.cli.database import local_postgres

    if settings.database_url is not None:
        yield settings.database_url.get_secret_value(), None
        return
    postgres = local_postgres(settings, workers=workers)
    with postgres:
        yield postgres.dsn(), postgres


async def _migrate(dsn: str, *, apply: bool) -> None:
    """Bring the database up to date, or refuse to serve one that isn't. Raises `Failure`, `MigrationRefused`."""
    import asyncpg

    from ledger.store import migrator
    from ledger.store.connections import unavailable

    with unavailable():
        connection = await asyncpg.connect(dsn, timeout=10.0)
        try:
            missing = await (migrator.migrate(connection) if apply else migrator.pending(connection))
        finally:
            await connection.close()
    if missing and not apply:
        raise Failure(f"the database lacks {', '.join(missing)}: run `ledgerd migrate`, or serve with --migrate")


async def _prepare(settings: "Settings", dsn: str) -> "Demo":
    from ledger.app import utc_now
    from ledger.client.progress import progress
    from ledger.demo.preparation import prepare_demo

    return await prepare_demo(settings, dsn, utc_now, progress)
