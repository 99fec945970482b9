"""Manifests: signed by the ledger alone, in one form."""

import json

import pytest

from events.canonical import canonical
from events.faults import Refused
from ledger.core.errors import NoteError
from ledger.core.keys import SigningKey
from ledger.core.manifest import Chain, Context, File, LeftOut, Manifest, open_manifest, sign_manifest

KEY = SigningKey.generate("ledger.example/ledgers/a", bytes(32))
MANIFEST = Manifest(
    ledger="a",
    origin=KEY.name,
    vkey=KEY.verifier.render(),
    size=9,
    root=bytes(32),
    filter={"incident": "i"},
    role="public",
    count=3,
    first=1,
    last=8,
    linked=1,
    incident=Chain("i", 1, bytes(32)),
    context=Context(1, ["policy.published"]),
    left_out=[LeftOut("events", 6, "outside")],
    files={"checkpoint": File("0" * 64, 5)},
    tool="ledgerd 1",
)


def test_it_is_canonical_and_says_what_it_was_given() -> None:
    text = MANIFEST.render()
    told = json.loads(text)
    assert canonical(told) == text
    assert (told["ledgerd"], told["as_of"], told["incident"]) == (
        "bundle/1",
        9,
        {"id": "i", "seq": 1, "leaf": "0" * 64},
    )
    assert (told["context"], told["files"]["checkpoint"]["bytes"]) == ({"count": 1, "types": ["policy.published"]}, 5)
    assert open_manifest(text, sign_manifest(text, KEY), KEY.verifier) == told


def test_another_text_another_key_and_another_note_are_refused() -> None:
    text = MANIFEST.render()
    signature = sign_manifest(text, KEY)
    other = SigningKey.generate(KEY.name, bytes([1] * 32))
    with pytest.raises(NoteError):
        open_manifest(text + b" ", signature, KEY.verifier)
    with pytest.raises(NoteError):
        open_manifest(text, signature, other.verifier)
    no_manifest = b'{"ledgerd":"export/1"}'
    with pytest.raises(Refused):
        open_manifest(no_manifest, sign_manifest(no_manifest, KEY), KEY.verifier)
