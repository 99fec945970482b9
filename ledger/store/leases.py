"""Leases: which of several processes does a task of a ledger for the time being."""

from collections.abc import Callable
from time import monotonic

import asyncpg

from ledger.store.connections import unavailable
from ledger.store.queries import QUERIES

LEASE_SECONDS = 10.0
_RENEWALS = 3


class Lease:
    """One process's claim to a task of a ledger. Times are the database's, so that processes need not agree on one.

    A lease saves work, and no more: a process that is held up may believe in a lease that another has taken over
    since. What is done under it must be right if two do it; here that is the events' ids, under which each is recorded
    once.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        ledger: str,
        name: str,
        holder: str,
        seconds: float = LEASE_SECONDS,
        ticking: Callable[[], float] = monotonic,
    ) -> None:
        """Claim the task `name` for `holder`, for so many seconds each time; asked for at a third of them."""
        self._pool, self._key, self._seconds, self._ticking = pool, (ledger, name, holder), seconds, ticking
        self._asked = -seconds
        self.epoch: int | None = None

    async def hold(self) -> bool:
        """Take or renew the lease where it is time to, and return whether it is held.

        `epoch` is then its number: it grows with every change of holder. Raises `StoreUnavailable`.
        """
        now = self._ticking()
        if now - self._asked >= self._seconds / _RENEWALS:
            self.epoch = None  # nothing is held while nobody knows
            with unavailable():
                self.epoch = await self._pool.fetchval(QUERIES["hold_lease"], *self._key, self._seconds)
            self._asked = now
        return self.epoch is not None

    async def release(self) -> None:
        """Let another process have it at once, if it is held. Raises `StoreUnavailable`; it expires by itself then."""
        held, self.epoch, self._asked = self.epoch, None, -self._seconds
        if held is None:
            return
        with unavailable():
            await self._pool.execute(QUERIES["release_lease"], *self._key)
