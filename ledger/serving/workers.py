"""Several processes that serve one address over one database; the head row of each ledger orders what they append."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkProcess
from typing import NamedTuple

import structlog

from ledger.local import LocalPostgres
from ledger.serving.listening import bind
from ledger.serving.process import kept_running, run, serve_until, stop_signal
from ledger.settings import Settings

_STOPPING_SECONDS = 25.0
_log = structlog.get_logger("ledger.serving")


class WorkerEnded(Exception):
    """A worker ended by itself, so the service stopped: whoever runs it starts it anew as a whole."""


class _Pipe(NamedTuple):
    """Both ends of a pipe, each a file descriptor."""

    read: int
    write: int


def serve_by_workers(
    settings: Settings, dsn: str, count: int, postgres: LocalPostgres | None, ready: Callable[[], None]
) -> None:
    """Serve by `count` processes until SIGTERM or SIGINT. Raises `WorkerEnded` when one ends before.

    Call from the main thread without a running loop, with the address of the settings reserved by a shared socket.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    lifeline, readiness = _Pipe(*os.pipe()), _Pipe(*os.pipe())
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=_work, args=(settings, dsn, lifeline, readiness)) for _ in range(count)]
    try:
        for worker in workers:
            worker.start()
        run(_oversee(workers, postgres, readiness.read, ready))
    finally:
        _end(workers)
        for descriptor in (*lifeline, *readiness):
            os.close(descriptor)


async def _oversee(
    workers: Sequence[ForkProcess], postgres: LocalPostgres | None, readiness: int, ready: Callable[[], None]
) -> None:
    loop, stop = asyncio.get_running_loop(), stop_signal(signal.SIGTERM, signal.SIGINT)
    ended = asyncio.Event()
    for worker in workers:
        loop.add_reader(worker.sentinel, ended.set)
    loop.add_reader(readiness, _count_ready, readiness, [b""] * len(workers), ready)
    tasks = [asyncio.create_task(event.wait()) for event in (stop, ended)]
    async with kept_running(postgres):
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for worker in workers:
        loop.remove_reader(worker.sentinel)
    if not stop.is_set():
        raise WorkerEnded("a worker ended by itself; the others were stopped")


def _count_ready(readiness: int, missing: list[bytes], ready: Callable[[], None]) -> None:
    """Take note of one more worker that is ready; the last one makes the service ready."""
    os.read(readiness, 1)
    missing.pop()
    if not missing:
        asyncio.get_running_loop().remove_reader(readiness)
        ready()


def _end(workers: Sequence[ForkProcess]) -> None:
    started = [worker for worker in workers if worker.pid is not None]
    for worker in started:
        worker.terminate()
    for worker in started:
        worker.join(_STOPPING_SECONDS)
        if worker.is_alive():
            _log.error("a worker didn't stop and was killed", pid=worker.pid)
            worker.kill()
            worker.join()


def _work(settings: Settings, dsn: str, lifeline: _Pipe, readiness: _Pipe) -> None:
    os.close(lifeline.write)  # the parent alone holds this end: its death, however it dies, is the end of the file
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which stops us
    try:
        run(_serve(settings, dsn, lifeline.read, readiness.write))
    except Exception as error:  # noqa: BLE001 - the end of the process, whose parent sees an exit code only
        _log.critical("a worker failed", error=type(error).__name__, exc_info=error)
        raise SystemExit(1) from None


async def _serve(settings: Settings, dsn: str, lifeline: int, readiness: int) -> None:
    stop, listener = stop_signal(signal.SIGTERM), bind(settings.host, settings.port, shared=True)
    asyncio.get_running_loop().add_reader(lifeline, _orphaned, lifeline, stop)
    await serve_until(stop, settings, dsn, listener, lambda: _tell(readiness))


def _orphaned(lifeline: int, stop: asyncio.Event) -> None:
    asyncio.get_running_loop().remove_reader(lifeline)
    stop.set()


def _tell(readiness: int) -> None:
    os.write(readiness, b"r")
