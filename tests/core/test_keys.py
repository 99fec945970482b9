"""Keys are written and read as golang.org/x/mod/sumdb/note writes and reads them."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import b64
from ledger.core.errors import NoteError
from ledger.core.keys import COSIGNATURE, ED25519, ML_DSA_44_COSIGNATURE, SigningKey, VerifierKey, key_id


def is_key_name(name: str) -> bool:
    return name.isprintable() and not any(each.isspace() or each == "+" for each in name)


VECTOR: dict[str, str] = json.loads((Path(__file__).parents[1] / "vectors/notes.json").read_text())
NAME = "ledger.example.com/ledgers/acme"
NAMES = st.text(min_size=1, max_size=20).filter(is_key_name)
SEEDS = st.binary(min_size=32, max_size=32)
PLUS_IN_BASE64 = "ledger.example.com/ledgers/acme+dcec88a6+AROY9ixtGkV8UbpqS189vS9p/KkyFiGNyJl+QWvRfZPK"


def test_the_published_key_reads_and_writes_the_same() -> None:
    signing = SigningKey.parse(VECTOR["signing_key"])
    assert signing.render() == VECTOR["signing_key"]
    assert signing.verifier == VerifierKey.parse(VECTOR["verifier_key"])
    assert signing.verifier.render() == VECTOR["verifier_key"]
    assert signing.verifier.key_id.hex() == "c74f20a3"


@given(NAMES, SEEDS)
def test_keys_read_back(name: str, seed: bytes) -> None:
    key = SigningKey.generate(name, seed)
    assert SigningKey.parse(key.render()) == key
    assert VerifierKey.parse(key.verifier.render()) == key.verifier


@pytest.mark.parametrize(("kind", "length"), [(ED25519, 32), (COSIGNATURE, 32), (ML_DSA_44_COSIGNATURE, 1312)])
def test_each_type_of_key_has_its_own_id(kind: int, length: int) -> None:
    key = VerifierKey(NAME, kind, bytes(length))
    assert key.key_id == sha256(NAME.encode() + b"\n" + bytes([kind]) + bytes(length)).digest()[:4]
    assert VerifierKey.parse(key.render()) == key


def test_the_types_are_those_of_the_specification() -> None:
    assert (ED25519, COSIGNATURE, ML_DSA_44_COSIGNATURE) == (0x01, 0x04, 0x06)


def test_a_plus_in_base64_does_not_end_a_key() -> None:
    key = SigningKey.generate(NAME, bytes([8]) * 32)
    assert key.verifier.render() == PLUS_IN_BASE64
    assert VerifierKey.parse(PLUS_IN_BASE64) == key.verifier
    plus_in_seed = SigningKey.generate(NAME, b"\xef\xbe\xfb" * 10 + b"\xef\xbe")
    assert "+" in plus_in_seed.render().removeprefix("PRIVATE+KEY+").split("+", 2)[2]
    assert SigningKey.parse(plus_in_seed.render()) == plus_in_seed


BAD_NAMES = [
    "",
    "a b",
    "a+b",
    "a\tb",
    "a\nb",
    "a\u00a0b",
    "a\u2003b",
    "a\u3000",
    "a\u2028b",
    "\x85",
    "a\x00b",
    "a\ud800b",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_with_a_space_a_control_or_a_plus_is_refused(name: str) -> None:
    with pytest.raises(NoteError, match="key name"):
        SigningKey.generate(name, bytes(32))


@pytest.mark.parametrize("name", [name for name in BAD_NAMES if "+" not in name])
def test_a_key_under_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(NoteError, match="key name"):
        VerifierKey.parse(f"{name}+00000000+{b64.encode(bytes([ED25519]) + bytes(32))}")


@pytest.mark.parametrize("name", ["é", "x", "例え.example", "a=b", "-", "—"])
def test_any_other_name_is_accepted(name: str) -> None:
    key = SigningKey.generate(name, bytes(32)).verifier
    assert VerifierKey.parse(key.render()) == key


def spelled(name: str, kind: int, public: bytes) -> str:
    return f"{name}+{key_id(name, kind, public).hex()}+{b64.encode(bytes([kind]) + public)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+",
        "name+00000000+!!!!",
        PLUS_IN_BASE64.replace("dcec88a6", "DCEC88A6"),
        PLUS_IN_BASE64.replace("dcec88a6", "dcec88a7"),
        PLUS_IN_BASE64.replace("dcec88a6", "0dcec88a6"),
        PLUS_IN_BASE64.replace("ZPK", "ZPL"),
        PLUS_IN_BASE64.replace("acme", "acne"),
        PLUS_IN_BASE64 + "\n",
        " " + PLUS_IN_BASE64,
        spelled(NAME, 0x02, bytes(32)),
        spelled(NAME, 0xFF, bytes(32)),
        spelled(NAME, ED25519, bytes(31)),
        spelled(NAME, ED25519, bytes(33)),
        spelled(NAME, ML_DSA_44_COSIGNATURE, bytes(32)),
    ],
)
def test_what_is_not_exactly_a_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        VECTOR["verifier_key"],
        "PRIVATE+KEY+" + VECTOR["verifier_key"],
        VECTOR["signing_key"].replace("c74f20a3", "c74f20a4"),
        VECTOR["signing_key"].replace("DFz", "DFy"),
        VECTOR["signing_key"] + "\n",
        "PRIVATE+KEY+" + spelled(NAME, COSIGNATURE, bytes(32)),
        "PRIVATE+KEY+" + spelled(NAME, ED25519, bytes(31)),
    ],
)
def test_what_is_not_exactly_a_private_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(NoteError) as refused:
        SigningKey.parse(text)
    assert "AYEKFALVFGyNhPJEMzD1" not in str(refused.value)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(NoteError, match="32 bytes"):
        SigningKey.generate(NAME, bytes(31))


def test_a_signing_key_prints_no_secret() -> None:
    key = SigningKey.parse(VECTOR["signing_key"])
    _ = key.verifier, key.sign(b"")
    for shown in (repr(key), str(key), f"{key}"):
        assert shown == "SigningKey(name='PeterNeumann')"


def test_a_signature_is_plain_ed25519_over_the_message() -> None:
    key = SigningKey.generate(NAME, bytes(32))
    signature = key.sign(b"message")
    Ed25519PublicKey.from_public_bytes(key.verifier.public).verify(signature, b"message")
    key.verifier.verify(b"message", signature)
    for message, value in [(b"massage", signature), (b"message", signature[:-1]), (b"message", bytes(64)), (b"", b"")]:
        with pytest.raises(NoteError, match="does not verify"):
            key.verifier.verify(message, value)


def test_a_key_of_another_type_verifies_nothing() -> None:
    key = SigningKey.generate(NAME, bytes(32))
    other = VerifierKey(NAME, COSIGNATURE, key.verifier.public)
    with pytest.raises(NoteError, match="not an Ed25519 key"):
        other.verify(b"message", key.sign(b"message"))
