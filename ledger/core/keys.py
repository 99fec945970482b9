"""Keys of signed notes (c2sp.org/signed-note): who may vouch for a text."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from ledger.core import b64
from ledger.core.errors import NoteError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = 0x01
COSIGNATURE = 0x04
ML_DSA_44_COSIGNATURE = 0x06
KEY_ID_SIZE = 4
SEED_SIZE = 32
_PUBLIC_SIZES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44_COSIGNATURE: 1312}
_PRIVATE = "PRIVATE+KEY+"


def key_id(name: str, type: int, public: bytes) -> bytes:  # noqa: A002 - `type` is the format's own word
    """Return the four bytes that, with the name, tell a key from others."""
    return sha256(name.encode() + b"\n" + bytes([type]) + public).digest()[:KEY_ID_SIZE]


def check_key_name(name: str) -> None:
    """Raise `NoteError` unless `name` may name a key: not empty, no Unicode space, no control character, no plus."""
    if not name or any(each == "+" or each.isspace() for each in name) or not is_plain(name):
        raise NoteError("A key name is empty or holds a space, a control character or a plus.")


def is_plain(text: str) -> bool:
    """Return whether a note may hold `text`: no control character below U+0020 but the newline, no lone surrogate."""
    # Only the characters that occur are looked at, each once.
    return not any((each < " " and each != "\n") or "\ud800" <= each <= "\udfff" for each in set(text))


class Signer(Protocol):
    """Something that signs for a log. The private key may be elsewhere, as in a key management service."""

    @property
    def name(self) -> str:
        """The key name: the log's origin."""

    @property
    def verifier(self) -> "VerifierKey":
        """What verifies this signer's signatures: an Ed25519 key of the same name."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of `message` (RFC 8032)."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that is trusted under a name: its type byte and its encoding."""

    name: str
    type: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The key's id, 4 bytes."""
        return key_id(self.name, self.type, self.public)

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Return the key of `name+<hex id>+<base64(type ‖ public key)>`.

        Raises `NoteError` for another form, an unknown type, a public key of the wrong length, an id not the key's.
        """
        name, type_, public = _parse_parts(text)
        if len(public) != _PUBLIC_SIZES.get(type_):
            raise NoteError("A key is of an unknown type or its public key has the wrong length.")
        key = cls(name, type_, public)
        if key.render() != text:
            raise NoteError("A key's id is not that of its name and public key.")
        return key

    def render(self) -> str:
        """Return the key as `name+<hex id>+<base64(type ‖ public key)>`."""
        return f"{self.name}+{self.key_id.hex()}+{b64.encode(bytes([self.type]) + self.public)}"

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raise `NoteError` unless `signature` is this key's over `message`. Only keys of type Ed25519 can be asked."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only where a signature is at stake
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - as above

        if self.type != ED25519:
            raise NoteError(f"The key of {self.name} is not an Ed25519 key.")
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise NoteError(f"The signature of {self.name} does not verify.") from None


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 private key with its name: a `Signer` in this process. Its printed form shows no secret."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, seed: bytes) -> "SigningKey":
        """Return the key made of `seed`, 32 random bytes. Raises `NoteError` for a name or a seed that can't be one."""
        check_key_name(name)
        if len(seed) != SEED_SIZE:
            raise NoteError(f"The seed of a key is not {SEED_SIZE} bytes long.")
        return cls(name, seed)

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Return the key of `PRIVATE+KEY+<name>+<hex id>+<base64(0x01 ‖ seed)>`. Raises `NoteError` otherwise."""
        if not text.startswith(_PRIVATE):
            raise NoteError("This is not a private key.")
        name, type_, seed = _parse_parts(text.removeprefix(_PRIVATE))
        if type_ != ED25519:
            raise NoteError("A private key is not an Ed25519 key.")
        key = cls.generate(name, seed)
        if key.render() != text:
            raise NoteError("A private key's id is not that of its name and public key.")
        return key

    def render(self) -> str:
        """Return the key, secret included, as `PRIVATE+KEY+<name>+<hex id>+<base64(0x01 ‖ seed)>`."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{b64.encode(bytes([ED25519]) + self.seed)}"

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half, to be published."""
        return VerifierKey(self.name, ED25519, self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of `message` (RFC 8032)."""
        return self._private.sign(message)

    @cached_property
    def _private(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - only to sign

        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _parse_parts(text: str) -> tuple[str, int, bytes]:
    """Return name, type and the bytes behind the type. Base64 may hold a plus: only the first two separate."""
    try:
        name, _, encoded = text.split("+", 2)
        data = b64.decode(encoded)
    except ValueError:
        raise NoteError("A key is not of the form name+id+base64.") from None
    check_key_name(name)
    if not data:
        raise NoteError("A key is empty.")
    return name, data[0], data[1:]
