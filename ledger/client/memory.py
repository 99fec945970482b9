"""What an auditor remembers: for each origin its key and the last checkpoint that was found good.

One small text file an origin: the verifier key in the first line, then the checkpoint verbatim. Without it nobody
could tell a log that was rolled back or rewritten, and signed anew, from one that was always so.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from ledger.client.failures import ClientError
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey


@dataclass(frozen=True, slots=True)
class Remembered:
    """An origin's key, and the last checkpoint that it signed as far as we have seen."""

    vkey: VerifierKey
    checkpoint: Checkpoint


class Memory:
    """A folder of remembered checkpoints."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when there is something to remember."""
        self._folder = folder

    def recall(self, origin: str) -> Remembered | None:
        """Return what is remembered of an origin. Raises `ClientError` where its file is damaged."""
        path = self._path(origin)
        try:
            first, _, note = path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        try:
            vkey = VerifierKey.parse(first.decode())
            return Remembered(vkey, open_checkpoint(note, vkey))
        except (ProofError, UnicodeDecodeError) as error:
            raise ClientError(f"what was remembered of {origin} is damaged: {error} ({path})") from None

    def remember(self, vkey: VerifierKey, note: bytes) -> None:
        """Keep a verified checkpoint, unless a larger one is remembered. On return it is on the disk."""
        known = self.recall(vkey.name)
        if known is not None and known.checkpoint.size >= open_checkpoint(note, vkey).size:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(vkey.render().encode() + b"\n" + note)
            file.flush()
            os.fsync(file.fileno())
        try:
            Path(file.name).replace(self._path(vkey.name))
        except OSError:
            with suppress(OSError):
                Path(file.name).unlink()
            raise

    def _path(self, origin: str) -> Path:
        # An origin is a path of any length; its hash is a file name everywhere.
        return self._folder / f"{sha256(origin.encode()).hexdigest()[:32]}.checkpoint"


def default_folder() -> Path:
    """Return ledgerd's folder in the user's state (XDG base directories)."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "ledgerd" / "checkpoints"
