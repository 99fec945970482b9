"""The sequencer: one task a ledger and process that commits whatever has queued while the last commit was under way.

No timer: an idle ledger answers after one commit.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from ledger.sequencer.committer import Committed, Committer
from ledger.sequencer.draft import Accepted, Outcome, Repeated, Unit
from ledger.sequencer.errors import CommitUnknown, Fatal, LedgerError, NotStorable, QueueFull, SigningStopped
from ledger.sequencer.placement import Placed, Placement
from ledger.store.ports import BatchRefused, StoreUnavailable

BATCH_EVENTS, BATCH_BYTES = 1_000, 1 << 20
_MOMENTS_SECONDS = 0.05
QUEUE_EVENTS, QUEUE_BYTES = 20_000, 64 << 20


@dataclass(frozen=True, slots=True)
class _Waiting:
    unit: Unit
    answer: "asyncio.Future[list[Outcome]]"


@dataclass(slots=True)
class Observer:
    """Who is told of commits, `committed(size, events, seconds)` once each may be spoken of, and of trouble."""

    committed: Callable[[int, int, float], None] = lambda _size, _events, _seconds: None
    stopped: Callable[[Fatal], None] = lambda _fatal: None
    failed: Callable[[Exception], None] = lambda _error: None


class Sequencer:
    """Appends units in the order of their arrival. Owns the committer."""

    def __init__(self, committer: Committer, observer: Observer) -> None:
        """Take the committer; `start` opens for business."""
        self._committer, self._observer = committer, observer
        self._queue: deque[_Waiting] = deque()
        self._queued_events = self._queued_bytes = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._last_posted = -_MOMENTS_SECONDS
        self.fatal: Fatal | None = None

    @property
    def busy(self) -> bool:
        """Tell whether anything was posted in the last moments."""
        return perf_counter() - self._last_posted < _MOMENTS_SECONDS

    @property
    def queue_depth(self) -> int:
        """Return how many events wait."""
        return self._queued_events

    def refuse(self, fatal: Fatal) -> None:
        """Append nothing, from now on, because of `fatal`."""
        self.fatal = fatal
        self._observer.stopped(fatal)

    async def start(self) -> None:
        """Look at the log and begin. A fatal condition is kept in `fatal`; a database that is away is tried again."""
        try:
            await self._committer.load()
        except Fatal as fatal:
            self.refuse(fatal)
        except StoreUnavailable:
            self._committer.forget()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Commit and answer what has queued, then close."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        await self._committer.close()

    def enqueue(self, unit: Unit) -> "asyncio.Future[list[Outcome]]":
        """Queue a unit; the future gives what became of each of its events, or the `LedgerError` that refuses it.

        Once it is done every event is on disk under a signed head. A caller that gives up waiting changes nothing:
        the unit is appended all the same. Raises `QueueFull`, `SigningStopped`.
        """
        if self.fatal is not None:
            raise SigningStopped(str(self.fatal))
        if self._stopping or self._queued_events >= QUEUE_EVENTS or self._queued_bytes >= QUEUE_BYTES:
            raise QueueFull(f"{self._queued_events} events wait")
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(unit, answer))
        self._queued_events += len(unit.drafts)
        self._queued_bytes += unit.size
        self._last_posted = perf_counter()
        self._wake.set()
        return answer

    async def _run(self) -> None:
        while self._queue or not self._stopping:
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._commit(self._take())

    def _take(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        events = size = 0
        while self._queue and (not taken or (events < BATCH_EVENTS and size < BATCH_BYTES)):
            waiting = self._queue.popleft()
            events += len(waiting.unit.drafts)
            size += waiting.unit.size
            taken.append(waiting)
        self._queued_events -= events
        self._queued_bytes -= size
        return taken

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        """Commit a batch and answer its posters. Whatever happens, every poster is answered."""
        try:
            await self._commit_or_raise(batch)
        except BatchRefused as error:
            await self._bisect(batch, error)
        except StoreUnavailable as error:
            self._committer.forget()
            _refuse(batch, CommitUnknown(str(error)))
        except Fatal as fatal:
            self.refuse(fatal)
            _refuse(batch, SigningStopped(str(fatal)))
        except Exception as error:  # noqa: BLE001 - an error of ours must not leave posters waiting, nor end the task
            self._committer.forget()
            self._observer.failed(error)
            _refuse(batch, CommitUnknown(type(error).__name__))

    async def _bisect(self, batch: Sequence[_Waiting], error: BatchRefused) -> None:
        """Find the unit that the database refuses, so that it doesn't fail strangers."""
        if len(batch) == 1:
            _refuse(batch, NotStorable(str(error)))
            return
        middle = len(batch) // 2
        await self._commit(batch[:middle])
        await self._commit(batch[middle:])

    async def _commit_or_raise(self, batch: Sequence[_Waiting]) -> None:
        if self.fatal is not None:
            raise self.fatal
        began = perf_counter()
        done = await self._committer.commit([waiting.unit for waiting in batch])
        if isinstance(done, Committed):
            self._observer.committed(done.growth.edge.size, len(done.placement.events), perf_counter() - began)
        _answer(batch, done)


def _refuse(batch: Sequence[_Waiting], error: LedgerError) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)


def _answer(batch: Sequence[_Waiting], done: "Committed | Placement") -> None:
    placement = done.placement if isinstance(done, Committed) else done
    for waiting, answer in zip(batch, placement.answers, strict=True):
        if waiting.answer.done():  # the poster gave up; the event is in the log all the same
            continue
        if isinstance(answer, LedgerError):
            waiting.answer.set_exception(answer)
        else:
            waiting.answer.set_result([_outcome(done, placed) for placed in answer])


def _outcome(done: "Committed | Placement", placed: Placed) -> Outcome:
    if not placed.new or not isinstance(done, Committed):
        return Repeated(placed.index)
    offset = placed.index - done.placement.first
    return Accepted(
        placed.index, done.placement.events[offset].entry, done.placement.seqs[offset], done.growth, done.note
    )
