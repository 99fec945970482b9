"""Bearer tokens: 256 random bits shown once, kept as SHA-256, found by id, compared in constant time."""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from time import monotonic

import asyncpg

from ledger.store.connections import unavailable
from ledger.store.queries import QUERIES

_TOKEN = re.compile(r"ldg_([0-9a-f]{16})\.([A-Za-z0-9_-]{43})")
_FRESH_SECONDS = 1.0
_REMEMBERED = 4096
_NO_SECRET = bytes(32)


class Role(StrEnum):
    """What a token may do."""

    POSTER = "poster"
    READER = "reader"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. `sources` binds a poster: exact source, or a prefix ending in `*`; empty: any source."""

    id: str
    secret_sha256: bytes
    roles: frozenset[Role]
    sources: tuple[str, ...]
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Tell whether the token is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def may_speak_for(self, source: str) -> bool:
        """Tell whether events of `source` may be posted with this token."""
        return not self.sources or any(
            source.startswith(bound[:-1]) if bound.endswith("*") else source == bound for bound in self.sources
        )


class Tokens:
    """The tokens of all ledgers. What was read is believed for a second, and forgotten at once on `forget`."""

    def __init__(self, pool: asyncpg.Pool, clock: Callable[[], datetime]) -> None:
        """Read through `pool`."""
        self._pool = pool
        self._clock = clock
        self._read: OrderedDict[tuple[str, str], tuple[float, Token | None]] = OrderedDict()
        self._forgotten = 0

    async def create(
        self, ledger: str, roles: Iterable[Role], sources: Iterable[str], label: str, lifetime: timedelta | None
    ) -> str:
        """Store a new token and return its text, which is not kept anywhere."""
        token_id, secret, now = secrets.token_hex(8), secrets.token_urlsafe(32), self._clock()
        expires = now + lifetime if lifetime else None
        digest = sha256(secret.encode()).digest()
        with unavailable():
            await self._pool.execute(
                QUERIES["put_token"], ledger, token_id, digest, sorted(roles), list(sources), label, now, expires
            )
        return f"ldg_{token_id}.{secret}"

    async def authenticate(self, ledger: str, text: str) -> Token | None:
        """Return the token that `text` is, None where it is malformed, unknown, of another ledger, expired or revoked.

        A wrong secret takes as long as an unknown id.
        """
        found = _TOKEN.fullmatch(text)
        token_id, secret = found.groups() if found else ("", "")
        token = await self.find(ledger, token_id)
        right = compare_digest(sha256(secret.encode()).digest(), token.secret_sha256 if token else _NO_SECRET)
        return token if token and right and token.holds(self._clock()) else None

    async def all(self, ledger: str) -> list[Token]:
        """Return every token of a ledger, the oldest first, revoked ones too."""
        with unavailable():
            return [_token(row) for row in await self._pool.fetch(QUERIES["tokens"], ledger)]

    async def revoke(self, ledger: str, token_id: str) -> bool:
        """Revoke a token; False where there is none of that id that holds."""
        with unavailable():
            revoked = await self._pool.fetchval(QUERIES["revoke_token"], ledger, token_id, self._clock())
        self.forget(ledger, token_id)
        return revoked is not None

    def forget(self, ledger: str, token_id: str) -> None:
        """Read a token anew the next time it is shown."""
        self._read.pop((ledger, token_id), None)
        self._forgotten += 1

    async def find(self, ledger: str, token_id: str) -> Token | None:
        """Return the token of an id, which may be expired or revoked."""
        key = (ledger, token_id)
        read_at, token = self._read.get(key, (0.0, None))
        if monotonic() - read_at < _FRESH_SECONDS:
            return token
        forgotten = self._forgotten
        with unavailable():
            row = await self._pool.fetchrow(QUERIES["token"], ledger, token_id)
        token = _token(row) if row else None
        if forgotten == self._forgotten:  # else it may have been read just before it was revoked
            self._read[key] = (monotonic(), token)
        while len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)
        return token


def _token(row: asyncpg.Record) -> Token:
    return Token(
        row["token_id"],
        row["secret_sha256"],
        frozenset(map(Role, row["roles"])),
        tuple(row["sources"]),
        row["label"],
        row["created_at"],
        row["expires_at"],
        row["revoked_at"],
    )
