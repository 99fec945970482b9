"""How far something has come: the size of a log, the cursor of the projections. Many may wait for it."""

import asyncio
from contextlib import suppress


class Watermark:
    """A number that only grows."""

    def __init__(self, value: int = 0) -> None:
        """Begin at `value`."""
        self.value = value
        self._moved = asyncio.Event()

    def advance(self, value: int) -> None:
        """Move up to `value` and wake whoever waits; a lower value changes nothing."""
        if value > self.value:
            self.value = value
            self._moved.set()
            self._moved = asyncio.Event()

    async def reach(self, value: int, seconds: float) -> bool:
        """Wait until the mark is at least `value`, for so many seconds. Returns whether it is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.value < value:
                    await self._moved.wait()
        return self.value >= value
