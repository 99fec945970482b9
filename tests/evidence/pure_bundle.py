"""A bundle made without a service and without the code that makes it there: a liar may make one with it too.

Every part can be replaced before it is signed, so that a lie is signed like the truth.
"""

import json
import struct
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from typing import Any
from zlib import crc32

import rfc8785

from events.seal import encode_bytes
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.keys import SigningKey
from ledger.core.merkle import leaf_hash
from ledger.core.note import sign_note
from tests.audit.pure_log import SERVICE, Event, Writer
from tests.core import naive_tree

ORIGIN = "ledger.example.com/ledgers/demo"
KEY = SigningKey.generate(ORIGIN, bytes(range(32)))
STREAMED = {"events.ndjson", "proofs.ndjson", "timeline.csv", "moderation_dsa.csv"}
ERASED = {(2, "text"): 9, (2, "author"): 9, (7, "text"): 9}
"""What the log of `crisis` has erased: by which entry."""

Members = dict[str, bytes]


def crisis() -> list[Event]:
    """Two incidents, a comment outside both that is linked into one, a policy, a tombstone, odd values."""
    log = Writer()
    log.add({"id": "p", "name": "grace", "value": 1e-7}, type_="policy.set")
    log.add({"id": "o", "title": "Où?", "severity": "high"}, type_="incident.opened", incident="one")
    log.add({"id": "c1", "text": "Mon colis \U0001f4e6 est perdu\n\u001f", "author": "u1"}, incident="one", number=1)
    log.add({"id": "c2", "text": "Nothing works", "author": {"id": "u2", "é": 0.80, "\ufb33": [1, -0.0, None]}})
    log.add({"id": "x", "title": "Another"}, type_="incident.opened", incident="two", source="urn:b")
    log.add({"id": "l", "target_event": 3}, type_="event.linked", incident="one")
    log.add({"id": "c3", "text": "2", "metrics": {"likes": 12345678, "score": 1.5e-5}}, incident="two", number=2)
    log.add({"id": "c4", "text": "erased soon", "author": "u1"}, incident="one", number=3)
    log.add({"id": "d", "decision": "granted"}, type_="subject.erasure_decided")
    scope = [{"index": 2, "fields": ["text", "author"]}, {"index": 7, "fields": ["text"]}]
    log.add({"id": "k", "decision": 8, "scope": scope, "law": "GDPR 17"}, type_="key.destroyed", source=SERVICE)
    log.add({"id": "c5", "text": "end", "author": "u3"}, incident="one", number=4)
    return log.events


@dataclass
class Bundle:
    """What a bundle is made of before it is signed. Whoever changes it lies with the ledger's own key."""

    log: list[Event] = field(default_factory=crisis)
    incident: str | None = None
    role: str = "personal"
    hides: frozenset[str] = frozenset()
    context: frozenset[int] = frozenset()
    linked: frozenset[int] = frozenset()
    since: str | None = None
    until: str | None = None
    older: int | None = None
    erased: Mapping[tuple[int, str], int] = field(default_factory=lambda: ERASED)
    key: SigningKey = KEY
    lines: list[dict[str, Any]] = field(default_factory=list)
    proofs: list[dict[str, Any]] = field(default_factory=list)
    checkpoint: bytes = b""
    manifest: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in what an honest ledger would say."""
        self.leaves = [leaf_hash(event.entry) for event in self.log]
        self.root = naive_tree.mth(self.leaves)
        self.checkpoint = sign_checkpoint(Checkpoint(self.key.name, len(self.log), self.root), self.key)
        self.fill([index for index in range(len(self.log)) if self.chosen(index)])

    def entry(self, index: int) -> dict[str, Any]:
        """The entry at an index."""
        entry: dict[str, Any] = json.loads(self.log[index].entry)
        return entry

    def own(self, index: int) -> bool:
        """Whether the entry is one of those that the filter asks for."""
        entry = self.entry(index)
        inside = (self.since or "") <= entry["accepted_at"] < (self.until or "~")
        return inside and (self.incident is None or entry.get("incident", {}).get("id") == self.incident)

    def chosen(self, index: int) -> bool:
        """Whether the event is in the bundle."""
        return self.own(index) or index in self.context | self.linked

    def fill(self, indexes: Sequence[int]) -> None:
        """Make lines, proofs and manifest for these events."""
        self.lines = [self.line(index) for index in indexes]
        self.proofs = [self.proof(index) for index in indexes]
        own = [index for index in indexes if self.own(index)]
        asked = {"incident": self.incident, "since": self.since, "until": self.until}
        self.manifest = {
            "ledgerd": "bundle/1",
            "ledger": "demo",
            "origin": self.key.name,
            "vkey": self.key.verifier.render(),
            "size": len(self.log),
            "root": b64encode(self.root).decode(),
            "filter": {name: value for name, value in asked.items() if value is not None},
            "as_of": len(self.log),
            "role": self.role,
            "count": len(indexes),
            "first": indexes[0] if indexes else None,
            "last": indexes[-1] if indexes else None,
            "linked": len(self.linked),
            "left_out": [],
            "schemas": {"entry": 1, "export": 1},
            "tool": "ledgerd 0.1.0",
        }
        if self.incident is not None:
            types = sorted({self.entry(index)["type"] for index in self.context})
            self.manifest["context"] = {"count": len(self.context), "types": types}
            if own:
                seq = self.entry(own[-1])["incident"]["seq"]
                self.manifest["incident"] = {"id": self.incident, "seq": seq, "leaf": self.leaves[own[-1]].hex()}

    def line(self, index: int) -> dict[str, Any]:
        """What the role is shown of an event."""
        shown = self.log[index].shown.openings
        erased = {
            name: by for (at, name), by in self.erased.items() if at == index and name in shown and by < len(self.log)
        }
        left = {name: opening for name, opening in shown.items() if name not in erased}
        openings = {
            name: {"salt": encode_bytes(salt), "value": value}
            for name, (salt, value) in left.items()
            if name not in self.hides
        }
        document = {
            "index": index,
            "leaf_hash": self.leaves[index].hex(),
            "entry": self.entry(index),
            "openings": openings,
            "withheld": [name for name in left if name in self.hides],
        }
        return document | ({"erased": erased} if erased else {})

    def proof(self, index: int) -> dict[str, Any]:
        """The inclusion proof of an event."""
        return {"index": index, "proof": [b64encode(each).decode() for each in naive_tree.path(index, self.leaves)]}

    def members(self) -> Members:
        """Sign what stands here now, and return the files in their order."""
        members: Members = {
            "VERIFY.md": _packaged("VERIFY.md"),
            "verify.py": _packaged("verify.py"),
            f"keys/{self.key.name.replace('/', '_')}.vkey": self.key.verifier.render().encode() + b"\n",
            "checkpoint": self.checkpoint,
            "events.ndjson": ndjson(self.lines),
            "proofs.ndjson": ndjson(self.proofs),
            "timeline.csv": b"index,time\r\n",
            "moderation_dsa.csv": b"",
            "findings.json": b"[]",
            "report.html": b"<!doctype html>",
        }
        if self.older is not None:
            proof = [b64encode(each).decode() for each in naive_tree.proof(self.older, self.leaves)]
            root = b64encode(naive_tree.mth(self.leaves[: self.older])).decode()
            facts: dict[str, Any] = {"from": self.older, "to": len(self.log), "root": root, "proof": proof}
            members["consistency.json"] = rfc8785.dumps(facts)
        return self.sign(members)

    def sign(self, members: Members) -> Members:
        """Return the files with a manifest that names them, signed."""
        told = {name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in members.items()}
        manifest = rfc8785.dumps(self.manifest | {"files": told})
        text = f"ledgerd bundle manifest\n{self.key.name}\n{sha256(manifest).hexdigest()}\n"
        return {**members, "manifest.json": manifest, "manifest.sig": sign_note(text, self.key)}


def whole(**changes: Any) -> Bundle:
    """A bundle of the whole log."""
    return Bundle(**changes)


def of_incident(**changes: Any) -> Bundle:
    """A bundle of the incident `one` as the role internal sees it, with what is linked and its context."""
    honest: dict[str, Any] = {
        "incident": "one",
        "role": "internal",
        "hides": frozenset({"text", "author"}),
        "context": frozenset({0, 9}),
        "linked": frozenset({3}),
    }
    return Bundle(**honest | changes)


def ndjson(documents: Iterable[dict[str, Any]]) -> bytes:
    """Documents as lines."""
    return b"".join(rfc8785.dumps(document) + b"\n" for document in documents)


def without(bundle: Bundle, index: int, *, renumbered: bool = False) -> Bundle:
    """A bundle from which an event is left out, with a manifest that knows nothing of it."""
    kept = [line["index"] for line in bundle.lines if line["index"] != index]
    bundle.linked -= {index}
    bundle.context -= {index}
    bundle.fill(kept)
    for place, at in enumerate(kept):
        if renumbered and at > index:
            bundle.lines[place]["index"] = bundle.proofs[place]["index"] = at - 1
    return bundle


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """The members as the one zip that a ledger makes of them, written without the code under test."""
    body, directory, count = b"", b"", 0
    for name, data in members:
        raw, streamed, crc, size = name.encode(), name in STREAMED, crc32(data), len(data)
        version, flags = (45, 8) if streamed else (20, 0)
        common = struct.pack("<HHHHH", version, flags, 0, 0, 0x21)
        sizes = struct.pack("<III", 0, 2**32 - 1, 2**32 - 1) if streamed else struct.pack("<III", crc, size, size)
        extra = struct.pack("<HHQQ", 1, 16, 0, 0) if streamed else b""
        record = struct.pack("<III", crc, size, size) + struct.pack("<HHHHHI", len(raw), 0, 0, 0, 0, 0o100644 << 16)
        directory += b"PK\1\2" + bytes([version, 3]) + common + record + struct.pack("<I", len(body)) + raw
        body += b"PK\3\4" + common + sizes + struct.pack("<HH", len(raw), len(extra)) + raw + extra + data
        body += struct.pack("<4sIQQ", b"PK\7\x08", crc, size, size) if streamed else b""
        count += 1
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def _packaged(name: str) -> bytes:
    return files("ledger.evidence").joinpath(name).read_bytes()
