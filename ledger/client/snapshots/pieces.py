"""Where snapshots lie: a file with many holds each in a piece of its bytes, which is read when its turn comes."""

import gzip
import hashlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from events.faults import Fault
from ledger.client.snapshots.snapshot import Unreadable

MAX_DOCUMENT = 64 << 20
"""The most bytes that one JSON document, or a line, may have: it is held in memory as a whole."""
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it is known to people: by its name, below the folder that was given.

    `captured_at`: when it was written or fetched; `alone`: it isn't one of a folder.
    """

    path: Path
    name: str
    captured_at: datetime
    alone: bool = True
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes from `start` of a source (unzipped) that hold one snapshot, and the line where they begin.

    `whole`: they are all of it.
    """

    source: Source
    start: int
    length: int
    line: int = 1
    whole: bool = True


class Line(NamedTuple):
    """A line of a source: its number, the byte where it begins, and its bytes with what ends it; None: too many."""

    number: int
    start: int
    content: bytes | None


class Files:
    """Opens sources, the last one being kept open; one that was compressed with gzip is read from an unzipped copy."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open."""
        if self._file is not None:
            self._file.close()
        self._path = self._file = None

    def open(self, source: Source) -> BinaryIO:
        """Return the file, to be read from any place. Raises `OSError`, `Unreadable`."""
        if self._file is None or self._path != source.path:
            self.close()
            self._file, self._path = _unzipped(source), source.path
        return self._file

    def whole(self, source: Source) -> Piece:
        """Return the piece that is all of a source."""
        return Piece(source, 0, self.open(source).seek(0, os.SEEK_END))

    def content(self, piece: Piece) -> bytes:
        """Return the bytes of a document. Raises `Unreadable` where they are too many for one."""
        if piece.length > MAX_DOCUMENT:
            raise Unreadable([(piece.line, too_long())])
        file = self.open(piece.source)
        file.seek(piece.start)
        return file.read(piece.length)

    def lines(self, piece: Piece) -> Iterator[Line]:
        """Yield the lines of a piece, blank ones left out. Other pieces may be read meanwhile."""
        place, number, end = piece.start, piece.line, piece.start + piece.length
        while place < end:
            file = self.open(piece.source)
            file.seek(place)
            content = file.readline(min(MAX_DOCUMENT, end - place))
            if not content:
                return
            if len(content) == MAX_DOCUMENT and content[-1:] != b"\n":
                yield Line(number, place, None)
                place = _behind_line(file)
            else:
                if content.strip():
                    yield Line(number, place, content)
                place += len(content)
            number += 1

    def digest(self, piece: Piece) -> str:
        """Return the hex SHA-256 of a piece."""
        file, left, hashed = self.open(piece.source), piece.length, hashlib.sha256()
        file.seek(piece.start)
        while left and (chunk := file.read(min(_CHUNK, left))):
            hashed.update(chunk)
            left -= len(chunk)
        return hashed.hexdigest()


def _behind_line(file: BinaryIO) -> int:
    while (rest := file.readline(_CHUNK)) and rest[-1:] != b"\n":
        pass
    return file.tell()


def too_long() -> Fault:
    """Return the fault of a document, or line, that has too many bytes."""
    return Fault("", f"one document has at most {MAX_DOCUMENT:,} bytes")


def _unzipped(source: Source) -> BinaryIO:
    file = source.path.open("rb")
    if file.read(len(_GZIP)) != _GZIP:
        file.seek(0)
        return file
    copy: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - returned open
    try:
        file.seek(0)
        with gzip.open(file) as plain:
            shutil.copyfileobj(plain, copy, _CHUNK)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        copy.close()
        raise Unreadable([(1, Fault("", f"not whole gzip: {error}"))]) from None
    finally:
        file.close()
    copy.seek(0)
    return copy
