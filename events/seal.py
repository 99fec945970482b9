"""Seals and openings: how an entry commits to a field without showing it.

seal = SHA-256( salt (16 random bytes) ‖ field name in UTF-8 ‖ 0x00 ‖ RFC 8785(value) ), base64url without padding.
"""

from base64 import urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

import orjson

from events.canonical import canonical, canonical_order
from events.strict import JsonValue

SALT_SIZE = 16
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Opening(NamedTuple):
    """What opens one seal: its salt (16 bytes) and the value."""

    salt: bytes
    value: JsonValue

    def seal(self, field: str) -> str:
        """Return the seal this opening makes under `field`: equal to the entry's, or the opening is false."""
        return encode_bytes(sha256(self.salt + _spellings(field)[1] + canonical(self.value)).digest())


class Sealed(NamedTuple):
    """An event's fields, sealed: both parts as canonical JSON objects, ready to be stored.

    `seals` goes into the entry, `openings` ({field: {salt, value}}) beside it; `content` is SHA-256 over the fields
    alone, without salts, and tells a repeated event from another one under the same id.
    """

    seals: bytes
    openings: bytes
    content: bytes


def seal_fields(fields: Mapping[str, JsonValue], random: bytes) -> Sealed:
    """Seal every field with its own salt. `random` holds 16 fresh random bytes a field."""
    if len(random) < SALT_SIZE * len(fields):
        raise ValueError("not enough random bytes for a salt a field")
    seals, openings, content = [], [], []
    for position, name in enumerate(_ordered(fields)):
        salt = random[position * SALT_SIZE : (position + 1) * SALT_SIZE]
        key, sealed_name = _spellings(name)
        value = canonical(fields[name])
        seals.append(b'%b:"%b"' % (key, _encode(sha256(salt + sealed_name + value).digest())))
        openings.append(b'%b:{"salt":"%b","value":%b}' % (key, _encode(salt), value))
        content += [key, value]
    # Canonical JSON holds no NUL, so joining by it is unambiguous.
    digest = sha256(b"\0".join(content)).digest()
    return Sealed(b"{%b}" % b",".join(seals), b"{%b}" % b",".join(openings), digest)


def encode_bytes(value: bytes) -> str:
    """Return base64url without padding (RFC 4648 §5)."""
    return _encode(value).decode()


def decode_bytes(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    Raises `ValueError` for anything but the one canonical spelling.
    """
    value = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode_bytes(value) != text:
        raise ValueError("not canonical base64url without padding")
    return value


def _encode(value: bytes) -> bytes:
    return b2a_base64(value, newline=False).translate(_URL_SAFE, b"=")


@lru_cache(maxsize=4096)
def _spellings(name: str) -> tuple[bytes, bytes]:
    """Return a field's name as a JSON string, and as it stands in a seal: UTF-8 and a NUL."""
    return orjson.dumps(name), name.encode() + b"\0"


def _ordered(fields: Mapping[str, JsonValue]) -> list[str]:
    names = sorted(fields)
    if all(map(str.isascii, names)):
        return names
    return sorted(names, key=canonical_order)
