"""A verifier written from docs/format.md alone: nothing of the project is imported here."""

import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Event = tuple[bytes, dict[str, Any]]
"""An entry's bytes, and its openings."""


class Head(NamedTuple):
    """A checkpoint that was opened."""

    origin: str
    size: int
    root: bytes


def canonical(value: Any) -> bytes:
    """RFC 8785."""
    return rfc8785.dumps(value)


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:k]), root(leaves[k:]))


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """RFC 9162 §2.1.3.2, returning the root that the proof leads to."""
    assert index < size
    at, last, found = index, size - 1, leaf
    for each in proof:
        assert last > 0, "the proof is too long"
        if at & 1 or at == last:
            found = node(each, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, each)
        at, last = at >> 1, last >> 1
    assert last == 0, "the proof is too short"
    return found


def open_checkpoint(note: bytes, vkey: str) -> Head:
    """Sections 5 and 6."""
    name, id_, encoded = vkey.split("+", 2)
    public = b64decode(encoded, validate=True)
    key_id = sha256(name.encode() + b"\n" + public).digest()[:4]
    assert (public[0], key_id.hex()) == (1, id_)
    end = note.rindex(b"\n\n") + 1
    text, verified = note[:end], 0
    for line in note[end + 1 :].decode().splitlines():
        dash, signer, signature = line.split(" ")
        value = b64decode(signature, validate=True)
        assert dash == "—"
        if (signer, value[:4]) == (name, key_id):
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(value[4:], text)
            verified += 1
    assert verified
    origin, size, encoded_root, *_ = text.decode().split("\n")
    assert origin == name
    return Head(origin, int(size), b64decode(encoded_root, validate=True))


def open_receipt(receipt: bytes, vkey: str) -> tuple[int, bytes]:
    """Section 8: the index and the entry that the receipt proves."""
    head, _, note = receipt.partition(b"\n\n")
    magic, extra, index, *hashes = head.decode("ascii").split("\n")
    assert magic == "c2sp.org/tlog-proof@v1"
    entry = b64decode(extra.removeprefix("extra "), validate=True)
    checkpoint = open_checkpoint(note, vkey)
    at, proof = int(index.removeprefix("index ")), [b64decode(line, validate=True) for line in hashes]
    assert root_by_inclusion(at, checkpoint.size, leaf_hash(entry), proof) == checkpoint.root
    return at, entry


def seal(salt: str, name: str, value: object) -> str:
    """Section 3."""
    hashed = urlsafe_b64decode(salt + "==") + name.encode() + b"\x00" + canonical(value)
    return urlsafe_b64encode(sha256(hashed).digest()).rstrip(b"=").decode()


def missing(
    entry: bytes, openings: dict[str, Any], withheld: Sequence[str] = (), erased: Sequence[str] | dict[str, int] = ()
) -> set[str]:
    """Section 3: check every opening, and return the names that nothing accounts for."""
    seals = json.loads(entry)["seals"]
    for name, opening in openings.items():
        assert seal(opening["salt"], name, opening["value"]) == seals[name], name
    assert not set(erased) & {*openings, *withheld}
    assert set(erased) <= set(seals)
    return set(seals) - set(openings) - set(withheld) - set(erased)


def check_erasures(documents: Sequence[dict[str, Any]]) -> int:
    """Section 3, over the documents of a whole log: return how many claims of an erasure the tombstones bear out."""
    held = 0
    for at, document in enumerate(documents):
        for name, tombstone in document.get("erased", {}).items():
            assert tombstone > at
            assert documents[tombstone]["entry"]["type"] == "key.destroyed"
            scope = documents[tombstone]["openings"]["scope"]["value"]
            assert any(item["index"] == at and name in item["fields"] for item in scope), (at, name)
            held += 1
    return held


def check_log(events: Sequence[Event]) -> None:
    """Section 10, over a whole log."""
    clock, chains, numbers, gaps = "", dict[str, tuple[int, str]](), dict[str, int](), dict[str, set[int]]()
    for at, (entry, _) in enumerate(events):
        facts = json.loads(entry)
        assert canonical(facts) == entry
        assert facts["v"] == 1
        assert clock <= facts["accepted_at"]
        clock = facts["accepted_at"]
        if (link := facts.get("incident")) is not None:
            seq, prev = chains.get(link["id"], (0, None))
            assert (link["seq"], link["prev"]) == (seq + 1, prev), link
            chains[link["id"]] = (link["seq"], leaf_hash(entry).hex())
        if (number := facts["source"].get("seq")) is not None:
            source = facts["source"]["id"]
            last = numbers.get(source, 0)
            if number > last + 1:
                assert told(events[at - 1]) == {"source": source, "expected": last + 1, "got": number}
                gaps.setdefault(source, set()).update(range(last + 1, number))
            elif number <= last:
                assert told(events[at - 1]) == {"source": source, "sequence": number}
                gaps[source].remove(number)
            numbers[source] = max(last, number)


def told(event: Event) -> dict[str, object]:
    """What an event of the ledger itself says, by its public fields."""
    entry, openings = event
    assert json.loads(entry)["type"].startswith("ingest.gap_")
    return {name: opening["value"] for name, opening in openings.items() if name not in {"id", "time"}}


def read_bundle(data: bytes) -> list[bytes]:
    """Section 7."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    assert at == len(data)
    return entries
