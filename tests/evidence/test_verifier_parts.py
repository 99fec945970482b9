"""What verify.py is made of agrees with `cryptography`, `rfc8785`, the project's core and the outsider's verifier."""

import json
import random
import struct
from base64 import b64encode
from collections.abc import Iterator

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import merkle
from ledger.core.errors import ProofError
from ledger.evidence import verify
from tests.core import naive_tree
from tests.docs import outsider
from tests.evidence.pure_bundle import KEY, Bundle, crisis, of_incident, whole

REFUSED = ValueError
"""How verify.py refuses anything; which sentence it says is not at stake here."""

# RFC 8032 §7.1: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    """What verify.py says of a signature."""
    try:
        verify.check_signature(public, message, signature)
    except ValueError:
        return False
    return True


def agreed(public: bytes, message: bytes, signature: bytes) -> bool:
    """What `cryptography` says of a signature, after asserting that verify.py says so too."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        holds = True
    except InvalidSignature:
        holds = False
    assert accepts(public, message, signature) is holds, (public.hex(), message.hex(), signature.hex())
    return holds


def test_the_vectors_of_rfc_8032_verify() -> None:
    for secret, public, message, signature in RFC_8032:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
        assert key.public_key().public_bytes_raw().hex() == public
        assert key.sign(bytes.fromhex(message)).hex() == signature
        assert agreed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def test_signatures_true_and_spoilt_are_judged_as_cryptography_does() -> None:
    chance = random.Random(8032)  # noqa: S311 - repeatable, not secret
    for _ in range(40):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        public, message = key.public_key().public_bytes_raw(), chance.randbytes(chance.randrange(200))
        signature = key.sign(message)
        assert agreed(public, message, signature)
        for data in (public, message, signature):
            if data:
                place = chance.randrange(len(data))
                spoilt = data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]
                parts = [spoilt if each is data else each for each in (public, message, signature)]
                assert not agreed(*parts)
        beyond = int.from_bytes(signature[32:], "little") + verify.L
        assert not agreed(public, message, signature[:32] + beyond.to_bytes(32, "little")), "S must be below L"
        for odd in (signature[:-1], signature + b"\0", b"", bytes(64)):
            assert not agreed(public, message, odd)


@pytest.mark.parametrize("y", [verify.P, verify.P + 1, 2**255 - 1, verify.P | 1 << 255, 1 | 1 << 255, 2])
def test_encodings_that_are_not_canonical_or_no_point_are_refused(y: int) -> None:
    encoded = y.to_bytes(32, "little")
    with pytest.raises(REFUSED):
        verify.decode_point(encoded)
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = key.sign(b"")
    assert not accepts(encoded, b"", signature)
    assert not agreed(key.public_key().public_bytes_raw(), b"", encoded + signature[32:])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-verify.LARGEST, verify.LARGEST) | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_canonical_json_is_that_of_rfc8785(value: object) -> None:
    assert verify.canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert verify.parse(json.dumps(value).encode()) == value


def doubles() -> Iterator[float]:
    """Doubles of all sizes and signs, and those at the borders of ECMAScript's notations."""
    chance = random.Random(8785)  # noqa: S311 - repeatable, not secret
    yield from (0.0, -0.0, 1e-6, 1e-7, 9.999999e-7, 0.1, 1e15, 5e-324, 1.5e-5, 123456.789, -1e-10, 2.0**53 - 1, 1e-100)
    while True:
        (value,) = struct.unpack("<d", chance.randbytes(8))
        if abs(value) <= verify.LARGEST:
            yield value


def test_doubles_are_written_as_rfc8785_does() -> None:
    for _, value in zip(range(20_000), doubles(), strict=False):
        assert verify.canonical(value).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}', '{"a":1,"\\u0061":1}', "NaN", "-Infinity", "1e400", "9007199254740992", "-9007199254740993.0",
        "1" * 5000, "[" * 100_000, '{"a":1}x', "", "\ufeff1", "'a'", "01", "1.", '"\n"', "[1,]",
    ],
)  # fmt: skip
def test_what_two_readers_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        verify.parse(text.encode())


def test_lone_surrogates_and_other_encodings_are_refused() -> None:
    for raw in (b'"\\ud800"', b'{"\\ud800":1}'):
        with pytest.raises(ValueError, match="surrogates"):
            verify.canonical(verify.parse(raw)).encode()
    for raw in (b'"\xff"', b'"\xed\xa0\x80"'):
        with pytest.raises(REFUSED):
            verify.parse(raw)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17])
def test_proofs_are_judged_as_the_core_judges_them(size: int) -> None:
    leaves = naive_tree.leaves(size)
    new = (size, naive_tree.mth(leaves))
    for index in range(size):
        path = naive_tree.path(index, leaves)
        assert verify.climb(index, size - 1, leaves[index], leaves[index], path)[1] == new[1]
        for proof in ([*path, leaves[0]], path[:-1]):
            if proof != path:
                with pytest.raises(REFUSED):
                    verify.climb(index, size - 1, leaves[index], leaves[index], proof)
    for old in range(size + 1):
        root, proof = naive_tree.mth(leaves[:old]), naive_tree.proof(old, leaves) if old else []
        verify.check_consistency((old, root), new, proof)
        for lie, shown in ((leaves[-1], proof), (root, [*proof, root]), (root, proof[:-1])):
            if (lie, shown) != (root, proof):
                with pytest.raises(REFUSED):
                    verify.check_consistency((old, lie), new, shown)
                with pytest.raises(ProofError):
                    merkle.verify_consistency(old, size, lie, new[1], shown)


def test_the_outsider_comes_to_the_same_verdict() -> None:
    """tests/docs/outsider.py was written from docs/format.md alone; it accepts what verify.py accepts."""
    vkey = KEY.verifier.render()
    for bundle in (whole(), of_incident()):
        head = outsider.open_checkpoint(bundle.checkpoint, vkey)
        mine = verify.open_checkpoint(bundle.checkpoint, verify.parse_key(vkey))
        assert mine == (head.size, head.root)
        for line, proof in zip(bundle.lines, bundle.proofs, strict=True):
            event = verify.parse(rfc8785.dumps(line))
            raw = verify.canonical(event["entry"]).encode()
            assert raw == crisis()[line["index"]].entry
            hashes = [verify.decode64(each, 32) for each in proof["proof"]]
            leaf = outsider.leaf_hash(raw)
            assert outsider.root_by_inclusion(line["index"], head.size, leaf, hashes) == head.root
            assert verify.climb(line["index"], mine[0] - 1, leaf, leaf, hashes)[1] == mine[1]
            left = outsider.missing(raw, line["openings"], line["withheld"])
            assert left == line.get("erased", {}).keys()


def test_a_note_is_read_as_strictly_as_the_core_reads_it() -> None:
    key = verify.parse_key(KEY.verifier.render())
    note = Bundle().checkpoint
    head, line = note.rsplit(b"\n\n", 1)
    stranger = "— someone.else ".encode() + b64encode(b"abcde") + b"\n"
    assert len(verify.open_note(note + stranger, key)) == 5
    for bad in (
        note[:-1],
        head + b"\n" + line,
        head + b"\n\n" + stranger,
        note + line[3:],
        note.replace(b"\n11\n", b"\n11\r\n"),
        note + b"\n",
        head + b"\n\n" + line.replace("— ".encode(), b"- "),
        note + "— some one ".encode() + b64encode(b"abcde") + b"\n",
        note + "— short ".encode() + b64encode(b"abcd") + b"\n",
    ):
        with pytest.raises(REFUSED):
            verify.open_note(bad, key)
