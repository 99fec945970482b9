"""The keys folder: a ledger's Ed25519 key, the secret of its pseudonyms, the last signed checkpoint, a file each."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from ledger.core import b64
from ledger.core.keys import SigningKey
from ledger.core.pseudonyms import SECRET_SIZE, Pseudonyms


class KeyMissing(Exception):
    """There is no key for this ledger in the keys folder, or it is another ledger's."""


class KeysFolder:
    """A folder of mode 0700 with `<ledger>.key` and `<ledger>.pseudonyms` (mode 0600), and `<ledger>.signed`."""

    def __init__(self, path: Path) -> None:
        """Name the folder; it is made with the first key."""
        self._path = path

    def make(self, ledger: str, origin: str) -> SigningKey:
        """Make and store a new key named `origin`. Raises `FileExistsError`: a key is never overwritten."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = SigningKey.generate(origin, secrets.token_bytes(32))
        _write(self._key(ledger), key.render())
        self.make_pseudonyms(ledger)
        return key

    def make_pseudonyms(self, ledger: str) -> None:
        """Make the secret of a ledger's pseudonyms where there is none yet: older ledgers get it when they need it."""
        path = self._pseudonyms(ledger)
        if path.exists():
            return
        # Linked into place when it is whole: of several processes that make one, all read the first.
        unfinished = path.with_suffix(f".{secrets.token_hex(8)}")
        _write(unfinished, b64.encode(secrets.token_bytes(SECRET_SIZE)))
        with suppress(FileExistsError):
            os.link(unfinished, path)
        unfinished.unlink()

    def pseudonyms(self, ledger: str) -> Pseudonyms:
        """Return what makes a ledger's pseudonyms. Raises `KeyMissing`."""
        try:
            secret = b64.decode(self._pseudonyms(ledger).read_text().strip())
        except FileNotFoundError:
            raise KeyMissing(f"the secret of ledger {ledger}'s erased ids is not in the keys folder") from None
        except ValueError:
            secret = b""
        if len(secret) != SECRET_SIZE:
            raise KeyMissing(f"the file of ledger {ledger}'s erased ids is damaged")
        return Pseudonyms(secret)

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

    def _pseudonyms(self, ledger: str) -> Path:
        return self._path / f"{ledger}.pseudonyms"


def _write(path: Path, line: str) -> None:
    """Write a file that its owner alone may read, to disk. Raises `FileExistsError`."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w") as stream:
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())
