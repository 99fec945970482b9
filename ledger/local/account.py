"""The account that PostgreSQL runs as. PostgreSQL refuses root, so root lends it an unprivileged account."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from ledger.local.failure import LocalPostgresError

PREFERRED = ("postgres", "_postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An existing account; none is ever created."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Hand a file or folder of ours to the account."""
        os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def own_tree(self, root: Path) -> None:
        """Hand a folder of ours and all within to the account."""
        for folder, _, files in os.walk(root):
            for path in (Path(folder), *(Path(folder, file) for file in files)):
                self.own(path)


def account_for(data: Path) -> Account | None:
    """Return the account to run as, or None to stay who we are.

    As root: the owner of an existing data folder, else the first of the usual unprivileged accounts.
    """
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise LocalPostgresError(f"{data} belongs to another account; start as that one, or set LEDGERD_DATA_DIR")
        return None
    names = list(PREFERRED)
    if data.exists() and (owner := data.stat().st_uid) != 0 and (entry := _by_uid(owner)):
        names.insert(0, entry)
    for name in names:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise LocalPostgresError(f"PostgreSQL refuses root, and none of the accounts {', '.join(PREFERRED)} exists here")


def _by_uid(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None
