"""Work that goes on in a task of its own, from `start` to `stop`."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress


class Background(ABC):
    """Owns the task. Whoever starts it stops it."""

    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Cancel the task and wait until it has ended. What it had begun is undone or comes again next time."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @abstractmethod
    async def _run(self) -> None:
        """Go on until cancelled."""
