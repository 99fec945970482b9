"""Notes are those of c2sp.org/signed-note: exact form, known keys decide, unknown ones are ignored."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import b64
from ledger.core.errors import NoteError
from ledger.core.keys import COSIGNATURE, SigningKey, VerifierKey
from ledger.core.note import Note, Signature, open_note, parse_note, sign_note

VECTOR: dict[str, str] = json.loads((Path(__file__).parents[1] / "vectors/notes.json").read_text())
KEY = SigningKey.generate("ledger.example.com/ledgers/acme", bytes([1]) * 32)
WITNESS = SigningKey.generate("witness.example", bytes([2]) * 32)
TEXT = "first\n\n\n— not a signature\n\nlast\n"
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")
TEXTS = st.text(CHARACTERS, max_size=40).map(lambda text: text + "\n")
SIGNATURES = st.builds(
    Signature,
    st.sampled_from(["a", "witness.example", "例え.example", "—"]),
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=1, max_size=80),
)
NOTES = st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=20).map(tuple))


def line(key: SigningKey, text: str = TEXT) -> str:
    return Signature(key.name, key.verifier.key_id, key.sign(text.encode())).render()


def note(*lines: str, text: str = TEXT) -> bytes:
    return (text + "\n" + "".join(lines)).encode()


def test_the_published_note_is_signed_and_opened_byte_for_byte() -> None:
    signer = SigningKey.parse(VECTOR["signing_key"])
    assert sign_note(VECTOR["text"], signer).decode() == VECTOR["note"]
    assert open_note(VECTOR["note"].encode(), [VerifierKey.parse(VECTOR["verifier_key"])]).text == VECTOR["text"]


@given(NOTES)
def test_a_note_reads_back(value: Note) -> None:
    assert parse_note(value.render()) == value


@given(NOTES, st.data())
def test_what_reads_as_a_note_is_written_the_same(value: Note, data: st.DataObject) -> None:
    changed = bytearray(value.render())
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        parsed = parse_note(bytes(changed))
    except NoteError:
        return
    assert parsed.render() == bytes(changed)


def test_the_text_ends_at_the_last_blank_line() -> None:
    opened = open_note(sign_note(TEXT, KEY), [KEY.verifier])
    assert opened.text == TEXT
    assert parse_note(b"\n\n" + line(KEY).encode()).text == "\n"


def test_a_note_may_carry_several_signatures_and_tells_which_are_verified() -> None:
    data = sign_note(TEXT, KEY, WITNESS)
    assert data == note(line(KEY), line(WITNESS))
    assert [each.name for each in open_note(data, [KEY.verifier, WITNESS.verifier]).signatures] == [
        KEY.name,
        WITNESS.name,
    ]
    assert [each.name for each in open_note(data, [WITNESS.verifier]).signatures] == [WITNESS.name]


def test_a_bad_signature_of_an_unknown_key_is_ignored() -> None:
    bad = line(WITNESS, "other\n")
    assert len(open_note(note(bad, line(KEY)), [KEY.verifier]).signatures) == 1


def test_a_bad_signature_of_a_known_key_rejects_the_note() -> None:
    bad = line(WITNESS, "other\n")
    for lines in [(bad, line(KEY)), (line(KEY), bad), (line(WITNESS), bad), (bad,)]:
        with pytest.raises(NoteError, match=r"witness\.example does not verify"):
            open_note(note(*lines), [KEY.verifier, WITNESS.verifier])


def test_a_note_without_a_known_signature_is_rejected() -> None:
    for keys in ([], [WITNESS.verifier]):
        with pytest.raises(NoteError, match="no signature of a known key"):
            open_note(sign_note(TEXT, KEY), keys)


def test_a_key_is_known_by_its_name_and_its_id_together() -> None:
    same_name = SigningKey.generate(KEY.name, bytes([3]) * 32)
    same_id = Signature("other.example", KEY.verifier.key_id, KEY.sign(TEXT.encode())).render()
    for lines in [(line(same_name),), (same_id,)]:
        with pytest.raises(NoteError, match="no signature of a known key"):
            open_note(note(*lines), [KEY.verifier])
        open_note(note(*lines, line(KEY)), [KEY.verifier])


def test_a_known_key_of_a_type_that_cannot_be_verified_rejects_the_note() -> None:
    key = VerifierKey(KEY.name, COSIGNATURE, KEY.verifier.public)
    claimed = Signature(key.name, key.key_id, bytes(72)).render()
    with pytest.raises(NoteError, match="not an Ed25519 key"):
        open_note(note(claimed, line(KEY)), [key, KEY.verifier])


@pytest.mark.parametrize("place", range(len(TEXT) + 1))
def test_a_text_with_any_character_added_is_rejected(place: int) -> None:
    signed = sign_note(TEXT, KEY).decode()
    with pytest.raises(NoteError):
        open_note((signed[:place] + "x" + signed[place:]).encode(), [KEY.verifier])


@pytest.mark.parametrize("count", [16, 100])
def test_many_signatures_are_accepted(count: int) -> None:
    others = [line(SigningKey.generate(f"w{n}.example", bytes([n]) * 32)) for n in range(count - 1)]
    assert open_note(note(*others, line(KEY)), [KEY.verifier]).text == TEXT


def test_too_many_signatures_or_bytes_are_refused() -> None:
    with pytest.raises(NoteError, match="more than 100"):
        parse_note(note(*[line(KEY)] * 101))
    with pytest.raises(NoteError, match="too long"):
        parse_note(longest(1_000_001))
    assert len(parse_note(longest(1_000_000)).signatures) == 1


def longest(length: int) -> bytes:
    return b"x" * (length - len(note(line(KEY)))) + note(line(KEY))


ENCODED = b64.encode(bytes(68))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n",
        b"text\n" + line(KEY).encode(),
        note(line(KEY))[:-1],
        note(line(KEY))[:-1] + b"x",
        note(line(KEY), "\n"),
        note(line(KEY), "more\n"),
        note(line(KEY), "\n", line(WITNESS))[:-1],
        note(line(KEY)).replace(b"\n", b"\r\n"),
        note(line(KEY), text="tab\there\n"),
        note(line(KEY), text="nul\x00\n"),
        b"\xff" + note(line(KEY)),
        b"\xed\xa0\x80" + note(line(KEY)),
        note(f"- name {ENCODED}\n"),
        note(f"—name {ENCODED}\n"),
        note(f"—  {ENCODED}\n"),
        note(f"— na+me {ENCODED}\n"),
        note(f"— na\u00a0me {ENCODED}\n"),
        note(f"— name  {ENCODED}\n"),
        note(f"— name {ENCODED} \n"),
        note("— name \n"),
        note("— name\n"),
        note("— name AAAA\n"),
        note(f"— name {b64.encode(bytes(4))}\n"),
        note("— name AAAAAAAA=\n"),
        note("— name AAAAAB==\n"),
        note("— name AAAAAA\n"),
        note("— name AAAAAA_-\n"),
        note("— name AAAAAÀ==\n"),
    ],
)
def test_what_is_not_exactly_a_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        parse_note(data)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "return\r\n", "\ud800\n", "last \udfff\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, KEY)
