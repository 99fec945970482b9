"""The folder of the server's socket: its permissions are the access control, so nobody else may own or enter it."""

import hashlib
import stat
from pathlib import Path

from ledger.local.account import Account
from ledger.local.failure import LocalPostgresError

PRIVATE = 0o700
# A socket's path ends at 107 bytes, which a data folder may exceed; /tmp is short and every account reaches it.
PARENT = Path("/tmp")  # noqa: S108 - the name is checked for its owner


def socket_dir(data: Path) -> Path:
    """Return the place that belongs to this data folder, the same for every process."""
    return PARENT / f"ledgerd-{hashlib.sha256(bytes(data.resolve())).hexdigest()[:12]}"


def open_socket_dir(data: Path, account: Account | None) -> Path:
    """Create the folder with mode 0700, or take the one left by an earlier run."""
    folder = socket_dir(data)
    try:
        folder.mkdir(mode=PRIVATE)
    except FileExistsError:
        _refuse_strangers(folder, data)
    except OSError as error:
        raise LocalPostgresError(f"can't create the socket folder {folder}: {error}") from error
    else:
        if account:
            account.own(folder)
    return folder


def close_socket_dir(data: Path) -> None:
    """Remove the folder; one that still holds something stays."""
    try:
        socket_dir(data).rmdir()
    except OSError:
        return


def _refuse_strangers(folder: Path, data: Path) -> None:
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == PRIVATE
    if not private or found.st_uid != data.stat().st_uid:
        raise LocalPostgresError(f"{folder} belongs to someone else or is open to others; remove it")
