"""Receipts (c2sp.org/tlog-proof@v1): an entry with all that proves, alone and offline, that the log accepted it."""

from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.core import b64
from ledger.core.checkpoint import Checkpoint, open_checkpoint, parse_size
from ledger.core.errors import ProofError, ReceiptError
from ledger.core.keys import VerifierKey
from ledger.core.merkle import HASH_SIZE, MAX_PROOF, leaf_hash, verify_inclusion
from ledger.core.tiles import MAX_ENTRY

MEDIA_TYPE = "text/plain"
SUFFIX = ".tlog-proof"
_HEADER = "c2sp.org/tlog-proof@v1"
_FORM = _HEADER.encode() + b"\nextra %bindex %d\n%b\n%b"
# A hash takes 45 characters, an entry at most 87,384: far below this, with room for the spec's own words.
_MAX_HEAD = 100_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry (1 to 65,535 bytes), its index, its proof (leaf's sibling first), the signed checkpoint verbatim."""

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def render(self) -> bytes:
        """Return the receipt's bytes."""
        return render_receipt(self.entry, self.index, self.proof, self.checkpoint)


def render_receipt(entry: bytes, index: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return the bytes of a receipt from its parts, without an object between: every append passes here."""
    return _FORM % (b2a_base64(entry), index, b"".join(map(b2a_base64, proof)), checkpoint)


def parse_receipt(data: bytes) -> Receipt:
    """Return the receipt in `data`. Raises `ReceiptError` for anything but the exact form; nothing is verified yet."""
    head, blank, checkpoint = data.partition(b"\n\n")
    if not blank or not checkpoint or len(head) > _MAX_HEAD or not head.isascii():
        raise ReceiptError("The receipt is not a short ASCII head, an empty line and a checkpoint.")
    header, *lines = head.decode().split("\n")
    if header != _HEADER:
        raise ReceiptError(f"The receipt does not begin with {_HEADER}.")
    if len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):  # noqa: PLR2004 - two named lines
        raise ReceiptError("The receipt has no line for the entry, or none for the index, in that order.")
    extra, index, *hashes = lines
    entry = _decode(extra.removeprefix("extra "), "entry")
    if not 0 < len(entry) <= MAX_ENTRY:
        raise ReceiptError(f"The receipt's entry is not 1 to {MAX_ENTRY} bytes long.")
    return Receipt(entry, _parse_index(index.removeprefix("index ")), _parse_proof(hashes), checkpoint)


def verify_receipt(receipt: Receipt, vkey: VerifierKey) -> Checkpoint:
    """Check that the log behind `vkey` holds the receipt's entry at its index, and return the checkpoint that says so.

    Raises `ReceiptError` naming what failed: the checkpoint (its form, origin or signature) or the inclusion.
    """
    try:
        checkpoint = open_checkpoint(receipt.checkpoint, vkey)
    except ProofError as error:
        raise ReceiptError(f"The receipt's checkpoint does not hold: {error}") from error
    try:
        verify_inclusion(receipt.index, checkpoint.size, leaf_hash(receipt.entry), receipt.proof, checkpoint.root)
    except ProofError as error:
        raise ReceiptError(f"The receipt's inclusion proof does not hold: {error}") from error
    return checkpoint


def _parse_index(text: str) -> int:
    try:
        return parse_size(text)
    except ProofError:
        raise ReceiptError("The receipt's index is not a decimal number without leading zero below 2^63.") from None


def _parse_proof(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PROOF:
        raise ReceiptError(f"The receipt holds more than {MAX_PROOF} hashes.")
    hashes = tuple(_decode(line, "hash") for line in lines)
    if any(len(each) != HASH_SIZE for each in hashes):
        raise ReceiptError(f"A hash of the receipt is not {HASH_SIZE} bytes long.")
    return hashes


def _decode(text: str, what: str) -> bytes:
    try:
        return b64.decode(text)
    except ValueError:
        raise ReceiptError(f"The receipt's {what} is not canonical base64.") from None
