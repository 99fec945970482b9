"""docs/format.md says enough: a verifier written from it accepts its worked example, and so does ours."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.entry import parse_entry
from ledger.core.checkpoint import open_checkpoint
from ledger.core.keys import SigningKey, VerifierKey
from ledger.core.merkle import inclusion_proof, verify_consistency
from ledger.core.receipt import parse_receipt, verify_receipt
from ledger.core.tiles import render_bundle
from tests.docs import outsider
from tests.docs.fences import ROOT, fences

PAGE = (ROOT / "docs/format.md").read_text()
EXAMPLE = fences("docs/format.md")
VKEY = EXAMPLE["vkey"].strip()
ENTRIES = [line.encode() for line in EXAMPLE["entries"].splitlines()]
OPENINGS: list[dict[str, Any]] = json.loads(EXAMPLE["openings"])
TREE: dict[str, Any] = json.loads(EXAMPLE["tree"])
CHECKPOINT = EXAMPLE["checkpoint"].encode()
RECEIPT = EXAMPLE["receipt"].encode()
LEAVES = [outsider.leaf_hash(entry) for entry in ENTRIES]


def test_the_hashes_of_the_example_follow_from_its_entries() -> None:
    assert [leaf.hex() for leaf in LEAVES] == TREE["leaves"]
    assert outsider.node(LEAVES[0], LEAVES[1]).hex() == TREE["node"]
    assert outsider.root(LEAVES).hex() == TREE["root"]


def test_every_field_of_the_example_is_opened() -> None:
    for entry, openings in zip(ENTRIES, OPENINGS, strict=True):
        assert outsider.missing(entry, openings) == set()
        assert set(openings) == set(json.loads(entry)["seals"])


def test_the_seal_is_the_hash_of_what_the_page_prints() -> None:
    shown = json.loads(EXAMPLE["seal"])
    opening = OPENINGS[1][shown["field"]]
    hashed = bytes.fromhex(shown["hashed"])
    assert hashed[16:] == b"text\x00" + rfc8785.dumps(opening["value"])
    assert urlsafe_b64encode(sha256(hashed).digest()).rstrip(b"=").decode() == shown["seal"]
    assert outsider.seal(shown["salt"], shown["field"], opening["value"]) == shown["seal"]
    assert shown["seal"] == json.loads(ENTRIES[1])["seals"]["text"]


def test_the_example_obeys_the_rules_over_the_whole_log() -> None:
    outsider.check_log(list(zip(ENTRIES, OPENINGS, strict=True)))


def test_the_checkpoint_and_the_receipt_hold_for_an_outsider() -> None:
    assert outsider.open_checkpoint(CHECKPOINT, VKEY) == ("ledger.example.com/ledgers/acme", 3, outsider.root(LEAVES))
    assert outsider.open_receipt(RECEIPT, VKEY) == (1, ENTRIES[1])


def test_the_proofs_that_the_page_names_hold() -> None:
    assert outsider.root_by_inclusion(1, 3, LEAVES[1], [LEAVES[0], LEAVES[2]]).hex() == TREE["root"]
    root = bytes.fromhex(TREE["root"])
    verify_consistency(1, 3, LEAVES[0], root, [LEAVES[1], LEAVES[2]])
    assert inclusion_proof(1, 3, lambda _level, index: LEAVES[index]) == [LEAVES[0], LEAVES[2]]


def test_the_key_is_made_of_the_seed_that_the_page_names() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    name, _, encoded = VKEY.split("+", 2)
    assert b64encode(b"\x01" + private.public_key().public_bytes_raw()).decode() == encoded
    assert SigningKey.generate(name, bytes(range(32))).verifier.render() == VKEY


def test_the_bundle_begins_as_the_page_says() -> None:
    length, shown = re.findall(r"entry 0, (\d+) bytes, as `([0-9a-f ]+)`", PAGE)[0]
    bundle = render_bundle(ENTRIES)
    assert (len(ENTRIES[0]), bundle[:2]) == (int(length), bytes.fromhex(shown))
    assert outsider.read_bundle(bundle) == ENTRIES


def test_ours_accepts_what_an_outsider_accepts() -> None:
    vkey = VerifierKey.parse(VKEY)
    assert open_checkpoint(CHECKPOINT, vkey).root.hex() == TREE["root"]
    assert verify_receipt(parse_receipt(RECEIPT), vkey).size == len(ENTRIES)
    for entry, openings in zip(ENTRIES, OPENINGS, strict=True):
        assert parse_entry(entry).seals.keys() == openings.keys()


@pytest.mark.parametrize("name", ["text", "author", "metrics"])
def test_an_outsider_sees_a_changed_value(name: str) -> None:
    changed = {**OPENINGS[1], name: {**OPENINGS[1][name], "value": "another"}}
    with pytest.raises(AssertionError, match=name):
        outsider.missing(ENTRIES[1], changed)


def test_an_outsider_sees_a_missing_opening() -> None:
    assert outsider.missing(ENTRIES[1], {"id": OPENINGS[1]["id"]}, ["author"]) == {
        "external_id",
        "metrics",
        "platform",
        "text",
        "time",
    }


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ((b"\nindex 1\n", b"\nindex 0\n"), AssertionError),
        ((b"extra eyJhY2", b"extra eyJhY3"), AssertionError),
        ((b"\n3\n", b"\n4\n"), InvalidSignature),
    ],
)
def test_an_outsider_sees_a_changed_receipt(change: tuple[bytes, bytes], error: type[Exception]) -> None:
    assert change[0] in RECEIPT
    with pytest.raises(error):
        outsider.open_receipt(RECEIPT.replace(*change), VKEY)


def test_an_outsider_sees_an_entry_taken_out() -> None:
    events = list(zip(ENTRIES, OPENINGS, strict=True))
    with pytest.raises(AssertionError):
        outsider.check_log(events[1:])
