"""The local PostgreSQL: one cluster in one folder, its server our child."""

import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from ledger.local.account import account_for
from ledger.local.binaries import find_binaries
from ledger.local.command import HERE, launch
from ledger.local.failure import LocalPostgresError
from ledger.local.initialise import SUPERUSER, initialise, require_same_major
from ledger.local.owner import OwnerLock
from ledger.local.published import reachable_binaries
from ledger.local.sockets import close_socket_dir, open_socket_dir, socket_dir
from ledger.local.survivors import await_survivors, disown

DATABASE = "ledger"
STARTING, STOPPING = 300.0, 60.0  # seconds; recovery after a crash and the last checkpoint may take long
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "jit": "off",  # short statements only
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A file a weekday, each written anew after a week.
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}


class LocalPostgres:
    """A PostgreSQL server that lives as long as its owner, reached through a socket in a folder of mode 0700.

    The files lie in `data_dir`; `settings` override ours. Blocking: start and stop take some hundredths of a second,
    the first start about a second. Works as an ordinary user and as root, which lends the server an unprivileged
    account.
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._folder = data_dir.absolute()
        self._data = self._folder / "data"
        self._settings = {**SETTINGS, **(settings or {})}
        self._lock = OwnerLock(self._folder / "owner.lock")
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's pid while it runs under this object."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def served(self) -> bool:
        """Tell whether a living process, this one or another, owns the folder: then `dsn()` leads to its server."""
        return self._lock.held_by_anyone()

    def dsn(self, database: str = DATABASE) -> str:
        """Return the URL of a database of this cluster; it depends on the folder alone."""
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(socket_dir(self._data)), safe='')}"

    def start(self) -> None:
        """Create the cluster at first, start the server and wait until it accepts connections; a running one stays.

        Raises LocalPostgresError with the reason: in use by another process, no programs, another major version, or
        what the server printed.
        """
        if self.pid:
            return
        if threading.current_thread() is not threading.main_thread():
            # Linux ends the server with the thread that started it, not with the process.
            raise LocalPostgresError("the local PostgreSQL must be started from the main thread")
        self._make_folder()
        self._lock.acquire()
        try:
            self._server = self._launch()
            self._await_ready(self._server)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut down fast: open transactions are rolled back, everything acknowledged is on disk. Again is harmless."""
        if self._server:
            for how, seconds in ((signal.SIGINT, STOPPING), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
                self._server.send_signal(how)
                try:
                    self._server.wait(seconds)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._server = None
            close_socket_dir(self._data)
        self._lock.release()

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LocalPostgresError(
                f"can't create {self._folder}: {error}; set LEDGERD_DATA_DIR to a folder of yours"
            ) from error

    def _launch(self) -> subprocess.Popen[bytes]:
        account = account_for(self._data)
        binaries = reachable_binaries(find_binaries(), account)
        if not self._data.exists():
            durable = self._settings["fsync"] != "off"
            initialise(self._data, binaries, account, database=DATABASE, durable=durable)
        require_same_major(self._data, binaries)
        if account and self._data.stat().st_uid != account.uid:
            account.own_tree(self._data)
        await_survivors(self._data)
        disown(self._data)
        sockets = open_socket_dir(self._data, account)
        settings = {**self._settings, "unix_socket_directories": str(sockets)}
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        with (self._folder / "start.log").open("wb") as output:
            return launch(
                [str(binaries.postgres), "-D", HERE, *options], folder=self._data, account=account, output=output
            )

    def _await_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + STARTING
        while not self._ready(server):
            if server.poll() is not None:
                raise LocalPostgresError(f"PostgreSQL ended while starting: {self._last_words()}")
            if time.monotonic() > deadline:
                raise LocalPostgresError(f"PostgreSQL isn't ready after {STARTING:.0f} s: {self._last_words()}")
            time.sleep(0.005)

    def _ready(self, server: subprocess.Popen[bytes]) -> bool:
        """Read what pg_ctl reads: line 1 of the pid file is the pid, line 8 the state."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(server.pid)] and [line.strip() for line in lines[7:8]] == ["ready"]

    def _last_words(self) -> str:
        logs = sorted((self._data / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
        files = [self._folder / "start.log", *logs[-1:]]
        return "\n".join(file.read_text(errors="replace")[-1000:] for file in files).strip()
