"""Zip archives (PKWARE APPNOTE 6.3) whose bytes depend on nothing but names and contents, written from front to end.

Nothing is compressed, for the bytes must not depend on a library's version; every time is the format's first, every
attribute the same. A member of unknown length carries its sizes behind it, in 64 bits; the central directory has the
sizes of all.
"""

import struct
from typing import NamedTuple
from zlib import crc32

_EPOCH_TIME, _EPOCH_DATE = 0, 0x21
_STREAMED, _UTF8 = 0x08, 0x800
_PLAIN, _ZIP64 = 20, 45
_UNIX, _REGULAR_FILE = 3, 0o100644 << 16
_LIMIT, _MAX_MEMBERS = 0xFFFFFFFF, 0xFFFF
_LOCAL = struct.Struct("<4s5H3I2H")
_DESCRIPTOR = struct.Struct("<4sI2Q")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_END = struct.Struct("<4s4H2IH")


class _Member(NamedTuple):
    name: bytes
    flags: int
    version: int
    crc: int
    size: int
    offset: int


class ZipStream:
    """Makes an archive's bytes: each method returns those to write next."""

    def __init__(self) -> None:
        """Begin an empty archive."""
        self._members: list[_Member] = []
        self._offset = self._begun_at = self._crc = self._size = 0
        self._open: bytes | None = None

    def whole(self, name: str, content: bytes) -> bytes:
        """Return a member of known content."""
        member = _Member(name.encode(), _flags(name), _PLAIN, crc32(content), len(content), self._offset)
        self._members.append(member)
        return self._told(_local(member, b"") + content)

    def begin(self, name: str) -> bytes:
        """Return the head of a member whose content follows in parts."""
        self._open, self._begun_at, self._crc, self._size = name.encode(), self._offset, 0, 0
        member = _Member(self._open, _flags(name) | _STREAMED, _ZIP64, 0, 0, 0)
        return self._told(_local(member, struct.pack("<2H2Q", 1, 16, 0, 0)))

    def part(self, content: bytes) -> bytes:
        """Return the next part of the member that was begun."""
        self._crc, self._size = crc32(content, self._crc), self._size + len(content)
        return self._told(content)

    def end(self) -> bytes:
        """Return what ends the member that was begun: its checksum and sizes."""
        name = self._open or b""
        flags = _flags(name.decode()) | _STREAMED
        self._members.append(_Member(name, flags, _ZIP64, self._crc, self._size, self._begun_at))
        self._open = None
        return self._told(_DESCRIPTOR.pack(b"PK\x07\x08", self._crc, self._size, self._size))

    def finish(self) -> bytes:
        """Return the central directory, with which the archive ends."""
        start, directory = self._offset, b"".join(map(_central, self._members))
        count, size = len(self._members), len(directory)
        end64 = b""
        if max(start, size) >= _LIMIT or count >= _MAX_MEMBERS:
            end64 = _END64.pack(b"PK\x06\x06", 44, _made_by(_ZIP64), _ZIP64, 0, 0, count, count, size, start)
            end64 += _LOCATOR.pack(b"PK\x06\x07", 0, start + size, 1)
        short = min(count, _MAX_MEMBERS)
        end = _END.pack(b"PK\x05\x06", 0, 0, short, short, min(size, _LIMIT), min(start, _LIMIT), 0)
        return self._told(directory + end64 + end)

    def _told(self, data: bytes) -> bytes:
        self._offset += len(data)
        return data


def _flags(name: str) -> int:
    return 0 if name.isascii() else _UTF8


def _made_by(version: int) -> int:
    return _UNIX << 8 | version


def _local(member: _Member, extra: bytes) -> bytes:
    """Return a local header; with `extra`, where the sizes come behind, both read as not being here."""
    size = _LIMIT if extra else member.size
    head = _LOCAL.pack(
        b"PK\x03\x04",
        member.version,
        member.flags,
        0,
        _EPOCH_TIME,
        _EPOCH_DATE,
        member.crc,
        size,
        size,
        len(member.name),
        len(extra),
    )
    return head + member.name + extra


def _central(member: _Member) -> bytes:
    large = [number for number in (member.size, member.size, member.offset) if number >= _LIMIT]
    extra = struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    size = min(member.size, _LIMIT)
    version = _ZIP64 if large else member.version
    head = _CENTRAL.pack(
        b"PK\x01\x02",
        _made_by(version),
        version,
        member.flags,
        0,
        _EPOCH_TIME,
        _EPOCH_DATE,
        member.crc,
        size,
        size,
        len(member.name),
        len(extra),
        0,
        0,
        0,
        _REGULAR_FILE,
        min(member.offset, _LIMIT),
    )
    return head + member.name + extra
