"""Pseudonyms: what stands in the index of ids for an event of which something was erased.

An id may hold personal data, and the digest of a content is a hash of it that can be guessed. What takes their place
is HMAC-SHA-256 under a secret of the ledger's that is never in the database: it tells a repetition from a new event,
and tells nothing to who doesn't hold the secret.
"""

import hmac
from dataclasses import dataclass

from events.seal import encode_bytes

SECRET_SIZE = 32
_MARK = "\x1f"
"""Begins a keyed id. No posted id holds it."""


@dataclass(frozen=True, slots=True, repr=False)
class Pseudonyms:
    """Makes keyed digests under one ledger's `secret` (32 bytes)."""

    secret: bytes

    def id(self, source: str, id_: str) -> str:
        """Return what takes the place of the id that `source` gave."""
        # Neither holds a NUL, so joining by it is unambiguous.
        return _MARK + encode_bytes(self._digest(f"id\0{source}\0{id_}".encode()))

    def content(self, content: bytes) -> bytes:
        """Return what takes the place of a content's digest."""
        return self._digest(b"content\0" + content)

    def _digest(self, message: bytes) -> bytes:
        return hmac.digest(self.secret, message, "sha256")
