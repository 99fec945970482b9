"""Checkpoints (c2sp.org/tlog-checkpoint): the signed statement of how large a log is and what its root is."""

import re
from dataclasses import dataclass

from ledger.core import b64
from ledger.core.errors import CheckpointError
from ledger.core.keys import Signer, VerifierKey
from ledger.core.merkle import HASH_SIZE, MAX_SIZE
from ledger.core.note import open_note, sign_note

_HEAD_LINES = 3
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: the log's origin, the number of its leaves, their root (32 bytes).

    Extension lines are kept, not understood.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.size), b64.encode(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text states. Raises `CheckpointError` for anything but the exact form."""
    *lines, rest = text.split("\n")
    if rest or len(lines) < _HEAD_LINES or not all(lines):
        raise CheckpointError("The checkpoint is not three or more lines, none of them empty.")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, parse_size(size), _parse_root(root), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """Return the checkpoint as a note signed by each of `signers`: one, or the old and the new key during a rotation.

    The caller answers for its consistency with every earlier one. Raises `CheckpointError` for a signer of another
    name than the origin.
    """
    if any(each.name != checkpoint.origin for each in signers):
        raise CheckpointError("A checkpoint is signed under its own origin only.")
    return sign_note(checkpoint.text(), *signers)


def open_checkpoint(data: bytes, vkey: VerifierKey) -> Checkpoint:
    """Return the checkpoint in a signed note that `vkey` vouches for.

    Raises `NoteError` where the note or the signature is at fault, `CheckpointError` where the text is, or its origin
    is not the key's name.
    """
    checkpoint = parse_checkpoint(open_note(data, [vkey]).text)
    if checkpoint.origin != vkey.name:
        raise CheckpointError("The checkpoint's origin is not the name of its key.")
    return checkpoint


def parse_size(text: str) -> int:
    """Return the number that `text` spells in decimal without leading zero, below 2^63. Raises `CheckpointError`."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise CheckpointError("A size or index is not a decimal number without leading zero below 2^63.")
    return int(text)


def _parse_root(text: str) -> bytes:
    try:
        root = b64.decode(text)
    except ValueError:
        root = b""
    if len(root) != HASH_SIZE:
        raise CheckpointError(f"The root is not {HASH_SIZE} bytes in base64.")
    return root
