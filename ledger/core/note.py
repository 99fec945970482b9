"""Signed notes (c2sp.org/signed-note): a text, and signature lines by which trusted keys vouch for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ledger.core import b64
from ledger.core.errors import NoteError
from ledger.core.keys import KEY_ID_SIZE, Signer, VerifierKey, check_key_name, is_plain

MAX_NOTE = 1_000_000
MAX_SIGNATURES = 100
_DASH = "\u2014 "


class Signature(NamedTuple):
    """One signature line: who claims to have signed, and what the key's algorithm made."""

    name: str
    key_id: bytes
    value: bytes

    def render(self) -> str:
        """Return the line, newline included."""
        return f"{_DASH}{self.name} {b64.encode(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, with its signatures in the order of their lines."""

    text: str
    signatures: tuple[Signature, ...]

    def render(self) -> bytes:
        """Return the note's bytes."""
        return (self.text + "\n" + "".join(each.render() for each in self.signatures)).encode()


def parse_note(data: bytes) -> Note:
    """Return the note in `data`; nothing is verified yet. Raises `NoteError` for anything that is not exactly a note.

    The text ends at the last blank line; at most 1,000,000 bytes and 100 signatures are looked at.
    """
    if len(data) > MAX_NOTE:
        raise NoteError("The note is too long.")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise NoteError("The note is not UTF-8.") from None
    before, blank, block = whole.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise NoteError("The note has no blank line before signature lines, or does not end its last line.")
    _check_text(before + "\n")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"The note has more than {MAX_SIGNATURES} signatures.")
    return Note(before + "\n", tuple(map(_parse_signature, lines)))


def open_note(data: bytes, keys: Iterable[VerifierKey]) -> Note:
    """Return the note in `data` with its verified signatures only.

    Signatures of keys not among `keys` are ignored; a bad one of a known key rejects the note, and so does the lack of
    any known one. Raises `NoteError`.
    """
    known = {(key.name, key.key_id): key for key in keys}
    note = parse_note(data)
    verified = tuple(each for each in note.signatures if (each.name, each.key_id) in known)
    if not verified:
        raise NoteError("The note has no signature of a known key.")
    for each in verified:
        known[each.name, each.key_id].verify(note.text.encode(), each.value)
    return Note(note.text, verified)


def sign_note(text: str, *signers: Signer) -> bytes:
    """Return `text` as a note signed by each of `signers`. Raises `NoteError` for a text that no note can hold."""
    _check_text(text)
    message = text.encode()
    signatures = (Signature(each.name, each.verifier.key_id, each.sign(message)) for each in signers)
    return Note(text, tuple(signatures)).render()


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("The text of a note does not end its last line.")
    if not is_plain(text):
        raise NoteError("The note holds a control character.")


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        value = b64.decode(encoded)
    except ValueError:
        value = b""
    if not line.startswith(_DASH) or len(value) <= KEY_ID_SIZE:
        raise NoteError("A line behind the blank line is not a signature line.")
    check_key_name(name)
    return Signature(name, value[:KEY_ID_SIZE], value[KEY_ID_SIZE:])
