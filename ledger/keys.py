"""The keys folder: one Ed25519 key a ledger in a file of its own, and beside it the last signed checkpoint."""

import os
import secrets
from pathlib import Path

from ledger.core.keys import SigningKey


class KeyMissing(Exception):
    """There is no key for this ledger in the keys folder, or it is another ledger's."""


class KeysFolder:
    """A folder of mode 0700 with `<ledger>.key` (mode 0600) and `<ledger>.signed`."""

    def __init__(self, path: Path) -> None:
        """Name the folder; it is made with the first key."""
        self._path = path

    def make(self, ledger: str, origin: str) -> SigningKey:
        """Make and store a new key named `origin`. Raises `FileExistsError`: a key is never overwritten."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = SigningKey.generate(origin, secrets.token_bytes(32))
        file = os.open(self._key(ledger), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "w") as stream:
            stream.write(key.render() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        return key

    def load(self, ledger: str, vkey: str) -> SigningKey:
        """Return the ledger's key. Raises `KeyMissing` where it is not there or does not belong to `vkey`."""
        try:
            key = SigningKey.parse(self._key(ledger).read_text().strip())
        except FileNotFoundError:
            raise KeyMissing(f"no key for ledger {ledger} in the keys folder") from None
        if key.verifier.render() != vkey:
            raise KeyMissing(f"the key in the keys folder is not the one of ledger {ledger}")
        return key

    def signed(self, ledger: str) -> Path:
        """Return where the last signed checkpoint of a ledger is kept."""
        return self._path / f"{ledger}.signed"

    def _key(self, ledger: str) -> Path:
        return self._path / f"{ledger}.key"
