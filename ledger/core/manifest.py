"""Manifests of evidence bundles: what a bundle is of, what it holds, what it leaves out; signed by the ledger. Pure.

`manifest.json` is RFC 8785; `manifest.sig` a signed note (c2sp.org/signed-note) of three lines: the words below, the
origin, the SHA-256 of `manifest.json` in hex.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from events.canonical import canonical
from events.faults import Fault, Refused
from events.strict import JsonObject, parse_object
from ledger.core import b64
from ledger.core.errors import NoteError
from ledger.core.keys import Signer, VerifierKey
from ledger.core.note import open_note, sign_note

FORMAT = "bundle/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
SCHEMAS: Mapping[str, int] = {"entry": 1, "export": 1}
_WORDS = "ledgerd bundle manifest"


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the chain of an incident ends in the bundle: `seq` and leaf hash (32 bytes) of its last own entry."""

    id: str
    seq: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Context:
    """The ledger-wide events that stand beside an incident's: how many, and of which types, in their own order."""

    count: int
    types: Sequence[str]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that the bundle doesn't hold, and why."""

    what: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class File:
    """A member of the archive: its SHA-256 in hex, and its length."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself. `root`: 32 bytes; `first` and `last`: indexes, None where it holds no event."""

    ledger: str
    origin: str
    vkey: str
    size: int
    root: bytes
    filter: Mapping[str, str]
    role: str
    count: int
    first: int | None
    last: int | None
    linked: int
    incident: Chain | None
    context: Context | None
    left_out: Sequence[LeftOut]
    files: Mapping[str, File]
    tool: str
    schemas: Mapping[str, int] = field(default_factory=lambda: SCHEMAS)

    def render(self) -> bytes:
        """Return the bytes of `manifest.json`."""
        document: dict[str, Any] = {
            "ledgerd": FORMAT,
            **{name: getattr(self, name) for name in ("ledger", "origin", "vkey", "size", "role", "count", "first")},
            **{name: getattr(self, name) for name in ("last", "linked", "tool")},
            "root": b64.encode(self.root),
            "filter": dict(self.filter),
            "as_of": self.size,
            "left_out": [asdict(item) for item in self.left_out],
            "files": {name: asdict(file) for name, file in self.files.items()},
            "schemas": dict(self.schemas),
        }
        if self.incident is not None:
            document["incident"] = asdict(self.incident) | {"leaf": self.incident.leaf.hex()}
        if self.context is not None:
            document["context"] = {"count": self.context.count, "types": list(self.context.types)}
        return canonical(document)


def sign_manifest(manifest: bytes, signer: Signer) -> bytes:
    """Return the bytes of `manifest.sig` for those of `manifest.json`."""
    return sign_note(_text(manifest, signer.name), signer)


def open_manifest(manifest: bytes, signature: bytes, vkey: VerifierKey) -> JsonObject:
    """Return what a manifest says, once `vkey` vouches for its bytes.

    Raises `NoteError` where the signature is of another text or key, `Refused` where the text is no manifest.
    """
    if open_note(signature, [vkey]).text != _text(manifest, vkey.name):
        raise NoteError(f"{SIGNATURE} signs another {MANIFEST} than this one.")
    document = parse_object(manifest)
    if document.get("ledgerd") != FORMAT or document.get("origin") != vkey.name:
        raise Refused([Fault("/ledgerd", f"not the manifest of a {FORMAT} of this origin")])
    return document


def _text(manifest: bytes, origin: str) -> str:
    return f"{_WORDS}\n{origin}\n{sha256(manifest).hexdigest()}\n"
