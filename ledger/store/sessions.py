"""Sessions of people at the pages: 256 random bits in a cookie, kept as SHA-256, that stand for a token for hours."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import asyncpg

from ledger.store.connections import unavailable
from ledger.store.queries import QUERIES
from ledger.store.tokens import Token, Tokens

LIFETIME = timedelta(hours=10)
"""How long a session lasts: a night's shift. It ends before with its token."""


class Sessions:
    """The sessions of all ledgers. Nothing is remembered here, so that signing out holds at once everywhere."""

    def __init__(self, pool: asyncpg.Pool, tokens: Tokens, clock: Callable[[], datetime]) -> None:
        """Read through `pool`; `tokens` says what a session's token may do."""
        self._pool, self._tokens, self._clock = pool, tokens, clock

    async def begin(self, ledger: str, token: Token) -> str:
        """Store a session for the holder of `token` and return its secret, which is not kept anywhere."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with unavailable():
            await self._pool.execute(QUERIES["end_expired_sessions"], ledger, now)
            await self._pool.execute(QUERIES["put_session"], ledger, _digest(secret), token.id, now + LIFETIME)
        return secret

    async def holder(self, ledger: str, secret: str) -> Token | None:
        """Return the token that a session stands for; None where either has ended."""
        now = self._clock()
        with unavailable():
            token_id = await self._pool.fetchval(QUERIES["session"], ledger, _digest(secret), now)
        token = await self._tokens.find(ledger, token_id) if token_id is not None else None
        return token if token is not None and token.holds(now) else None

    async def end(self, ledger: str, secret: str) -> None:
        """Forget a session; nothing happens where there is none."""
        with unavailable():
            await self._pool.execute(QUERIES["end_session"], ledger, _digest(secret))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode(errors="replace")).digest()
