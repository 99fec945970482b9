"""Whether a zip is, to the last byte, the one that a ledger makes of its members (PKWARE APPNOTE 6.3).

Everything but the members' contents is rendered again from their names, sizes and checksums, and compared: nothing may
stand before, between or behind them.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import crc32

_PART = 1 << 16
_MAX32 = 0xFFFFFFFF
_MAX16 = 0xFFFF
_STREAMED, _UTF8, _EPOCH = 0x08, 0x800, 0x21
_REGULAR_FILE = 0o100644 << 16


class _Around(NamedTuple):
    """What stands around a member: before it, behind it, and in the central directory."""

    head: bytes
    tail: bytes
    record: bytes


def layout_faults(path: Path) -> Iterator[str]:
    """Yield what is not as a ledger writes it. Memory: the directory. Raises `OSError`."""
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, EOFError) as error:
        yield f"its directory can't be read: {error}"
        return
    with path.open("rb") as file:
        at, directory = 0, b""
        for member in members:
            around = _render(member, at)
            if not _stands_there(file, at, member, around):
                yield f"what it says around {member.filename} is not what a ledger writes there, or not true"
            at += len(around.head) + member.file_size + len(around.tail)
            directory += around.record
        end = _end(directory, len(members), at)
        file.seek(at)
        if file.read(len(end) + 1) != end:
            yield "its directory is not the one that a ledger writes, or something stands behind it"


def _stands_there(file: BinaryIO, at: int, member: ZipInfo, around: _Around) -> bool:
    """Return whether the member stands at `at` as it must, its checksum included."""
    file.seek(at)
    if file.read(len(around.head)) != around.head:
        return False
    left, checksum = member.file_size, 0
    while left and (part := file.read(min(left, _PART))):
        left, checksum = left - len(part), crc32(part, checksum)
    return checksum == member.CRC and file.read(len(around.tail)) == around.tail


def _render(member: ZipInfo, at: int) -> _Around:
    """Return what stands around a member. One that was streamed has its sizes behind it, in 64 bits."""
    name, size, crc = member.filename.encode(), member.file_size, member.CRC
    streamed = member.flag_bits & _STREAMED
    common = (45 if streamed else 20, streamed | (0 if name.isascii() else _UTF8), 0, 0, _EPOCH)
    extra = struct.pack("<2H2Q", 1, 16, 0, 0) if streamed else b""
    told = (0, _MAX32, _MAX32) if streamed else (crc, size & _MAX32, size & _MAX32)
    head = struct.pack("<4s5H3I2H", b"PK\3\4", *common, *told, len(name), len(extra)) + name + extra
    tail = struct.pack("<4sI2Q", b"PK\7\x08", crc, size, size) if streamed else b""
    return _Around(head, tail, _record(name, common, (crc, size, at)))


def _record(name: bytes, common: tuple[int, ...], numbers: tuple[int, int, int]) -> bytes:
    """Return a member's record in the central directory; what exceeds 32 bits stands in its extra field."""
    crc, size, at = numbers
    large = [number for number in (size, size, at) if number >= _MAX32]
    extra = struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    version = 45 if large else common[0]
    told = (3 << 8 | version, version, *common[1:], crc, min(size, _MAX32), min(size, _MAX32), len(name), len(extra))
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", *told, 0, 0, 0, _REGULAR_FILE, min(at, _MAX32)) + name + extra


def _end(directory: bytes, count: int, start: int) -> bytes:
    """Return the directory with what ends the zip."""
    size, end = len(directory), directory
    if max(start, size) >= _MAX32 or count >= _MAX16:
        end += struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 3 << 8 | 45, 45, 0, 0, count, count, size, start)
        end += struct.pack("<4sIQI", b"PK\6\7", 0, start + size, 1)
    short = min(count, _MAX16)
    told = (0, 0, short, short, min(size, _MAX32), min(start, _MAX32), 0)
    return end + struct.pack("<4s4H2IH", b"PK\5\6", *told)
