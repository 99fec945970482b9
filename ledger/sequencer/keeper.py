"""The last signed checkpoint, kept outside the database: a restored backup is older, and then nothing is signed.

The file has two slots of 1,024 bytes; each write goes to the older one, so that a crash in mid-write leaves the other.
A slot is `<SHA-256 of the note, hex> <note>`, zero-padded.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey

SLOT_BYTES = 1024
_DIGEST_BYTES = 64


class Keeper:
    """Keeps the newest checkpoint that any process on this machine signed for one ledger."""

    def __init__(self, path: Path, vkey: VerifierKey) -> None:
        """Name the file; it is made at the first record, readable by its owner only."""
        self._path = path
        self._vkey = vkey
        self._file: int | None = None

    def last(self) -> Checkpoint | None:
        """Return the newest checkpoint on file, None where nothing was signed yet.

        A torn slot beside an empty one is a crash in the very first write: nothing that was signed had left by then.
        Raises `ProofError` where both slots are damaged.
        """
        with self._locked() as file:
            slots = _slots(file)
            found = [checkpoint for checkpoint in map(self._open, slots) if checkpoint]
            if not found and all(slots):
                raise ProofError(f"No slot of {self._path.name} holds a checkpoint of this ledger.")
            return max(found, key=lambda checkpoint: checkpoint.size, default=None)

    def record(self, size: int, note: bytes) -> None:
        """Write the signed checkpoint of `size` and wait until it is on the disk.

        An older one than on file changes nothing. It blocks for one write of a disk sector, deliberately: a thread
        would wait for the interpreter's lock after every call, 5 ms each under load, ten times what the write takes.
        """
        slot = b"%b %b" % (sha256(note).hexdigest().encode(), note)
        if len(slot) > SLOT_BYTES:
            raise ProofError(f"A signed checkpoint of {len(note)} bytes does not fit its slot.")
        with self._locked() as file:
            sizes = [_size(slot) for slot in _slots(file)]
            if size > max(sizes):
                os.pwrite(file, slot.ljust(SLOT_BYTES, b"\0"), SLOT_BYTES * sizes.index(min(sizes)))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_DSYNC, 0o600)
            _sync_folder(self._path.parent)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield self._file
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _open(self, slot: bytes) -> Checkpoint | None:
        note = _note(slot)
        try:
            return open_checkpoint(note, self._vkey) if note else None
        except ProofError:
            return None


def _sync_folder(folder: Path) -> None:
    """Wait until the folder's entries are on the disk: a file that was just made is not, without that."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _slots(file: int) -> list[bytes]:
    content = os.pread(file, 2 * SLOT_BYTES, 0).ljust(2 * SLOT_BYTES, b"\0")
    return [content[:SLOT_BYTES].rstrip(b"\0"), content[SLOT_BYTES:].rstrip(b"\0")]


def _note(slot: bytes) -> bytes | None:
    digest, note = slot[:_DIGEST_BYTES], slot[_DIGEST_BYTES + 1 :]
    return note if sha256(note).hexdigest().encode() == digest else None


def _size(slot: bytes) -> int:
    """Return the size in a whole slot, -1 for a torn or empty one. The signature is checked by readers only."""
    note = _note(slot)
    return int(note.split(b"\n", 2)[1]) if note else -1
