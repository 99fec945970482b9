"""Checkpoints are those of c2sp.org/tlog-checkpoint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import b64
from ledger.core.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from ledger.core.errors import CheckpointError, NoteError
from ledger.core.keys import Signer, SigningKey, VerifierKey
from ledger.core.note import sign_note

KEY = SigningKey.generate("ledger.example.com/ledgers/acme", bytes([1]) * 32)
CHECKPOINT = Checkpoint(KEY.name, 20852163, bytes(range(32)))
TEXT = "ledger.example.com/ledgers/acme\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES,
    st.integers(0, (1 << 63) - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=3).map(tuple),
)


def test_a_checkpoint_has_the_text_of_the_specification() -> None:
    assert CHECKPOINT.text() == TEXT
    assert parse_checkpoint(TEXT) == CHECKPOINT


@given(CHECKPOINTS)
def test_a_checkpoint_reads_back(checkpoint: Checkpoint) -> None:
    assert parse_checkpoint(checkpoint.text()) == checkpoint


@given(CHECKPOINTS, st.data())
def test_what_reads_as_a_checkpoint_is_written_the_same(checkpoint: Checkpoint, data: st.DataObject) -> None:
    text = checkpoint.text()
    at = data.draw(st.integers(0, len(text)))
    changed = text[:at] + data.draw(st.text("0+-_=\n A\uff19", max_size=2)) + text[at + data.draw(st.integers(0, 2)) :]
    try:
        parsed = parse_checkpoint(changed)
    except CheckpointError:
        return
    assert parsed.text() == changed


def test_the_largest_tree_has_2_to_the_63_less_one_leaves() -> None:
    largest = Checkpoint("origin", (1 << 63) - 1, bytes(32))
    assert parse_checkpoint(largest.text()) == largest


def test_extension_lines_are_kept() -> None:
    assert parse_checkpoint(TEXT + "one\ntwo\n").extensions == ("one", "two")


ROOT = b64.encode(bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "origin\n1\n",
        f"origin\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"origin\n\n{ROOT}\n",
        "origin\n1\n\n",
        f"origin\n1\n{ROOT}\n\n",
        f"origin\n1\n{ROOT}\n\nextension\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n00\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n 1\n{ROOT}\n",
        f"origin\n1 \n{ROOT}\n",
        f"origin\n1_0\n{ROOT}\n",
        f"origin\n0x1\n{ROOT}\n",
        f"origin\n\uff11\n{ROOT}\n",
        f"origin\n{1 << 63}\n{ROOT}\n",
        f"origin\n{'9' * 5000}\n{ROOT}\n",
        f"origin\n1\n{ROOT} \n",
        f"origin\n1\n{ROOT[:-1]}\n",
        f"origin\n1\n{ROOT[:-2]}B=\n",
        f"origin\n1\n{b64.encode(bytes(31))}\n",
        f"origin\n1\n{b64.encode(bytes(33))}\n",
        f"origin\n1\n{bytes(32).hex()}\n",
    ],
)
def test_what_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        parse_checkpoint(text)


def test_a_signed_checkpoint_opens_with_its_key() -> None:
    signed = sign_checkpoint(CHECKPOINT, KEY)
    assert signed.startswith(TEXT.encode() + "\n— ledger.example.com/ledgers/acme ".encode())
    assert open_checkpoint(signed, KEY.verifier) == CHECKPOINT


def test_during_a_rotation_either_key_opens_it() -> None:
    new = SigningKey.generate(KEY.name, bytes([2]) * 32)
    signed = sign_checkpoint(CHECKPOINT, KEY, new)
    assert open_checkpoint(signed, KEY.verifier) == open_checkpoint(signed, new.verifier) == CHECKPOINT


def test_a_checkpoint_of_another_origin_is_refused_though_its_signature_verifies() -> None:
    other = sign_note(Checkpoint("other.example", 1, bytes(32)).text(), KEY)
    with pytest.raises(CheckpointError, match="origin"):
        open_checkpoint(other, KEY.verifier)
    with pytest.raises(CheckpointError, match="origin"):
        sign_checkpoint(Checkpoint("other.example", 1, bytes(32)), KEY)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(CheckpointError, match="three or more lines"):
        open_checkpoint(sign_note("hello\n", KEY), KEY.verifier)


@pytest.mark.parametrize("place", range(len(TEXT)))
def test_a_checkpoint_changed_at_any_place_is_refused(place: int) -> None:
    signed = bytearray(sign_checkpoint(CHECKPOINT, KEY))
    signed[place] ^= 1
    with pytest.raises((CheckpointError, NoteError)):
        open_checkpoint(bytes(signed), KEY.verifier)


def test_a_signer_may_keep_its_key_elsewhere() -> None:
    class Remote:
        name = KEY.name
        verifier: VerifierKey = KEY.verifier

        def sign(self, message: bytes) -> bytes:
            return KEY.sign(message)

    signer: Signer = Remote()
    assert open_checkpoint(sign_checkpoint(CHECKPOINT, signer), KEY.verifier) == CHECKPOINT
