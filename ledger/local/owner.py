"""One living owner a data folder: a lock that the system drops when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path

from ledger.local.failure import LocalPostgresError


class OwnerLock:
    """An advisory lock on a file in the data folder; the file holds the owner's pid for people to read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, or refuse naming who holds it; again is harmless."""
        if self._descriptor is not None:
            return
        try:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except PermissionError as error:
            raise LocalPostgresError(f"{self._file.parent} belongs to another account; set LEDGERD_DATA_DIR") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(descriptor, 20).decode().strip() or "unknown"
            os.close(descriptor)
            raise LocalPostgresError(
                f"{self._file.parent} is in use by process {owner}; stop it, or set another LEDGERD_DATA_DIR"
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; again is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def held_by_anyone(self) -> bool:
        """Tell whether a living process, maybe this one, holds the lock."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False
