"""A receipt is a c2sp.org/tlog-proof@v1 that proves its entry alone."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import b64
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.edge import Edge
from ledger.core.errors import ReceiptError
from ledger.core.keys import SigningKey, VerifierKey
from ledger.core.merkle import leaf_hash
from ledger.core.note import sign_note
from ledger.core.receipt import Receipt, parse_receipt, render_receipt, verify_receipt

VECTORS = Path(__file__).parents[1] / "vectors"
KEY = SigningKey.generate("ledger.example.com/ledgers/acme", bytes([8]) * 32)
ENTRIES = [json.dumps({"type": "comment.received", "v": 1, "n": n}, sort_keys=True).encode() for n in range(7)]
GROWTH = Edge.empty().extend([leaf_hash(entry) for entry in ENTRIES])
SIGNED = sign_checkpoint(Checkpoint(KEY.name, len(ENTRIES), GROWTH.root), KEY)
RECEIPTS = st.builds(
    Receipt,
    st.binary(min_size=1, max_size=200),
    st.integers(0, (1 << 63) - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.binary(min_size=1, max_size=100),
)


def receipt(index: int) -> Receipt:
    return Receipt(ENTRIES[index], index, tuple(GROWTH.inclusion(index)), SIGNED)


def test_a_receipt_is_written_byte_for_byte_as_published() -> None:
    assert receipt(5).render() == (VECTORS / "receipt.tlog-proof").read_bytes()
    assert verify_receipt(parse_receipt((VECTORS / "receipt.tlog-proof").read_bytes()), published_key()).size == 7


def published_key() -> VerifierKey:
    return VerifierKey.parse((VECTORS / "receipt.vkey").read_text().strip())


@pytest.mark.parametrize("index", range(len(ENTRIES)))
def test_every_receipt_proves_its_entry(index: int) -> None:
    checkpoint = verify_receipt(parse_receipt(receipt(index).render()), KEY.verifier)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (KEY.name, len(ENTRIES), GROWTH.root)


def test_the_only_entry_of_a_log_has_a_proof_without_hashes() -> None:
    growth = Edge.empty().extend([leaf_hash(ENTRIES[0])])
    signed = sign_checkpoint(Checkpoint(KEY.name, 1, growth.root), KEY)
    rendered = render_receipt(ENTRIES[0], 0, [], signed)
    assert b"\nindex 0\n\nledger.example.com" in rendered
    verify_receipt(parse_receipt(rendered), KEY.verifier)


def test_the_largest_receipt_reads_back() -> None:
    largest = Receipt(bytes(65_535), (1 << 63) - 1, (bytes(32),) * 63, b"checkpoint")
    assert parse_receipt(largest.render()) == largest


@given(RECEIPTS)
def test_a_receipt_reads_back(value: Receipt) -> None:
    assert parse_receipt(value.render()) == value


@given(RECEIPTS, st.data())
def test_what_reads_as_a_receipt_is_written_the_same(value: Receipt, data: st.DataObject) -> None:
    changed = bytearray(value.render())
    at = data.draw(st.integers(0, len(changed)))
    changed[at : at + data.draw(st.integers(0, 2))] = data.draw(st.text("0=\n A+é").map(str.encode))
    try:
        parsed = parse_receipt(bytes(changed))
    except ReceiptError:
        return
    assert parsed.render() == bytes(changed)


def test_a_receipt_with_any_bit_changed_is_refused() -> None:
    data = receipt(5).render()
    for place in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            with pytest.raises(ReceiptError):
                verify_receipt(parse_receipt(bytes(changed)), KEY.verifier)


def test_a_receipt_cut_anywhere_is_refused() -> None:
    data = receipt(5).render()
    for length in range(len(data)):
        with pytest.raises(ReceiptError):
            verify_receipt(parse_receipt(data[:length]), KEY.verifier)


def test_a_refusal_names_what_failed() -> None:
    good = receipt(5)
    other = SigningKey.generate(KEY.name, bytes([9]) * 32).verifier
    failures = {
        "checkpoint does not hold: The note has no signature": (good, other),
        "checkpoint does not hold: .* not three": (Receipt(good.entry, 5, good.proof, signed("hello\n")), KEY.verifier),
        "inclusion proof does not hold: .* lead to the root": (Receipt(b"{}", 5, good.proof, SIGNED), KEY.verifier),
        "inclusion proof does not hold: Index 7": (Receipt(good.entry, 7, good.proof, SIGNED), KEY.verifier),
        "inclusion proof does not hold: .* should hold 3": (
            Receipt(good.entry, 5, good.proof[1:], SIGNED),
            KEY.verifier,
        ),
    }
    for message, (value, key) in failures.items():
        with pytest.raises(ReceiptError, match=message):
            verify_receipt(value, key)


def signed(text: str) -> bytes:
    return sign_note(text, KEY)


HEAD = "c2sp.org/tlog-proof@v1"
HASH = b64.encode(bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{HEAD}\n",
        f"{HEAD}\nextra AA==\nindex 0\n",
        f"{HEAD}\nextra AA==\nindex 0\n\n",
        "c2sp.org/tlog-proof@v2\nextra AA==\nindex 0\n\ncheckpoint",
        f"{HEAD}\nindex 0\n\ncheckpoint",
        f"{HEAD}\nindex 0\nextra AA==\n\ncheckpoint",
        f"{HEAD}\nextra \nindex 0\n\ncheckpoint",
        f"{HEAD}\nextra AA\nindex 0\n\ncheckpoint",
        f"{HEAD}\nextra AB==\nindex 0\n\ncheckpoint",
        f"{HEAD}\nextra  AA==\nindex 0\n\ncheckpoint",
        f"{HEAD}\nextra {b64.encode(bytes(65536))}\nindex 0\n\ncheckpoint",
        f"{HEAD}\nextra {b64.encode(bytes(200_000))}\nindex 0\n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex 00\n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex -1\n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex \n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex {1 << 63}\n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex 0\n{HASH[:-1]}\n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex 0\n{b64.encode(bytes(31))}\n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex 0\n{HASH} \n\ncheckpoint",
        f"{HEAD}\nextra AA==\nindex 0\n" + f"{HASH}\n" * 64 + "\ncheckpoint",
        f"{HEAD}\r\nextra AA==\r\nindex 0\r\n\r\ncheckpoint",
    ],
)
def test_what_is_not_exactly_a_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptError):
        parse_receipt(text.encode())
