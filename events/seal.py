"""Seals and openings: how an entry commits to a field without showing it.

seal = SHA-256( salt (16 random bytes) ‖ field name in UTF-8 ‖ 0x00 ‖ RFC 8785(value) ), base64url without padding.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from json.encoder import encode_basestring
from typing import NamedTuple

from events.canonical import canonical, canonical_order
from events.strict import JsonValue

SALT_SIZE = 16


class Opening(NamedTuple):
    """What opens one seal: its salt (16 bytes) and the value."""

    salt: bytes
    value: JsonValue

    def seal(self, field: str) -> str:
        """Return the seal this opening makes under `field`: equal to the entry's, or the opening is false."""
        return encode_bytes(_digest(self.salt, field.encode(), canonical(self.value)))


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
    seals, openings, content = [], [], sha256()
    for position, name in enumerate(_ordered(fields)):
        salt = random[position * SALT_SIZE : (position + 1) * SALT_SIZE]
        key, value = encode_basestring(name).encode(), canonical(fields[name])
        seals.append(b'%b:"%b"' % (key, _encode(_digest(salt, name.encode(), value))))
        openings.append(b'%b:{"salt":"%b","value":%b}' % (key, _encode(salt), value))
        content.update(b"%b:%b," % (key, value))
    return Sealed(b"{%b}" % b",".join(seals), b"{%b}" % b",".join(openings), content.digest())


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
    return urlsafe_b64encode(value).rstrip(b"=")


def _digest(salt: bytes, name: bytes, value: bytes) -> bytes:
    return sha256(b"%b%b\x00%b" % (salt, name, value)).digest()


def _ordered(fields: Mapping[str, JsonValue]) -> list[str]:
    names = sorted(fields)
    if all(map(str.isascii, names)):
        return names
    return sorted(names, key=canonical_order)
