"""Programs that the account can reach: in place if it can, else a copy outside root's closed folders."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ledger.local.account import Account
from ledger.local.binaries import SETTING, Binaries
from ledger.local.failure import LocalPostgresError

CACHE = Path("/var/cache/ledgerd")


def reachable_binaries(binaries: Binaries, account: Account | None, *, cache: Path = CACHE) -> Binaries:
    """Return programs that the account may execute.

    The data folder may lie below the same closed home as the programs, so the copy goes to the system's cache folder,
    which root owns.
    """
    if account is None or _runs(binaries, account):
        return binaries
    prefix = binaries.folder.parent
    if not (prefix / "share" / "postgres.bki").is_file():
        raise LocalPostgresError(
            f"{account.name} can't reach {binaries.folder}; set {SETTING} to programs that it can reach"
        )
    digest = hashlib.sha256(binaries.postgres.read_bytes()).hexdigest()[:12]
    target = cache / f"postgres-{binaries.version()}-{digest}"
    try:
        if not target.exists():
            _copy(prefix, target)
    except OSError as error:
        raise LocalPostgresError(
            f"{account.name} can't reach {prefix}, and copying it failed: {error}; set {SETTING}"
        ) from error
    return Binaries(target / prefix.parent.name / prefix.name / "bin")


def _runs(binaries: Binaries, account: Account) -> bool:
    try:
        for program in (binaries.postgres, binaries.initdb):
            subprocess.run(  # noqa: S603 - PostgreSQL's own programs
                [program, "--version"],
                capture_output=True,
                check=True,
                user=account.uid,
                group=account.gid,
                extra_groups=[],
            )
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _copy(prefix: Path, target: Path) -> None:
    """Copy whole or not at all: others may start at the same moment.

    A wheel keeps shared libraries in a folder beside its package, which the programs look for by a relative path.
    """
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    package = prefix.parent
    libraries = package.with_name(f"{package.name}.libs")
    with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as folder:
        draft = Path(folder, "draft")
        for part in ("bin", "lib", "share"):
            shutil.copytree(prefix / part, draft / package.name / prefix.name / part, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_to_all(draft)
        try:
            draft.rename(target)
        except OSError:
            if not target.exists():
                raise


def _open_to_all(root: Path) -> None:
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for path in (Path(folder, file) for file in files):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
