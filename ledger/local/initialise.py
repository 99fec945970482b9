"""Create a cluster, once."""

import os
import shutil
from pathlib import Path

from ledger.local.account import Account
from ledger.local.binaries import Binaries
from ledger.local.command import HERE, run
from ledger.local.failure import LocalPostgresError

SUPERUSER = "postgres"


def initialise(data: Path, binaries: Binaries, account: Account | None, *, database: str, durable: bool) -> None:
    """Create the cluster with one empty database beside its place, then move it there whole.

    An interrupted attempt leaves only the draft, which the next one removes. Whoever can enter the socket folder is
    trusted.
    """
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if account:
        account.own(draft)
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", f"--username={SUPERUSER}"]
    sync = [] if durable else ["--no-sync"]
    run([str(binaries.initdb), "-D", HERE, *options, *sync], folder=draft, account=account)
    # Single-user mode needs no server, no socket and no client library.
    fsync = f"fsync={'on' if durable else 'off'}"
    single = [str(binaries.postgres), "--single", "-D", HERE, "-c", "exit_on_error=on", "-c", fsync, "postgres"]
    run(single, folder=draft, account=account, stdin=f'CREATE DATABASE "{database}"\n')
    draft.rename(data)
    _sync_folder(data.parent)


def require_same_major(data: Path, binaries: Binaries) -> None:
    """Refuse programs of another major version, which can't read the files."""
    written, installed = (data / "PG_VERSION").read_text().strip(), binaries.major()
    if written != installed:
        raise LocalPostgresError(
            f"{data} was written by PostgreSQL {written}, but {binaries.folder} holds {installed}: install "
            f"PostgreSQL {written} and set LEDGERD_POSTGRES_BIN to its folder, or move the data with pg_upgrade"
        )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
