"""Export files: a log, or a part of it, that proves itself offline. NDJSON: a header, a line an event, an end. Pure.

Header `{"ledgerd":"export/1","ledger","origin","vkey","size","filter","checkpoint"}`; events `{"index","leaf_hash",
"entry","openings","withheld"[,"erased"],"proof"}`, proofs being of inclusion in the tree of the header's checkpoint;
the last line `{"end":true,"count"}` shows that nothing was cut off.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from events.canonical import canonical
from events.faults import Fault, Refused
from events.strict import JsonObject, parse_object
from ledger.core import b64
from ledger.core.audit import Scope
from ledger.core.openings import Shown, parse_shown

FORMAT = "export/1"
FILTERS = frozenset({"incident", "since", "until"})


@dataclass(frozen=True, slots=True)
class Header:
    """What an export is of: the ledger, its key, the signed checkpoint (verbatim), and which part of the log."""

    ledger: str
    origin: str
    vkey: str
    size: int
    checkpoint: str
    filter: Mapping[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """Return which part of the log must be in the file."""
        return Scope(self.filter.get("incident"), ranged=bool(self.filter.keys() & {"since", "until"}))

    def render(self) -> bytes:
        """Return the first line."""
        document = {
            "ledgerd": FORMAT,
            "ledger": self.ledger,
            "origin": self.origin,
            "vkey": self.vkey,
            "size": self.size,
            "filter": dict(self.filter) or None,
            "checkpoint": self.checkpoint,
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event as the service hands it out; `proof` is there in an export only."""

    index: int
    leaf_hash: str
    entry: bytes
    shown: Shown
    proof: tuple[bytes, ...] | None


@dataclass(frozen=True, slots=True)
class End:
    """The last line: how many events stand before it."""

    count: int

    def render(self) -> bytes:
        """Return the line."""
        return b'{"end":true,"count":%d}\n' % self.count


def parse_header(line: bytes) -> Header:
    """Read the first line. Raises `Refused`."""
    document = parse_object(line)
    if document.get("ledgerd") != FORMAT:
        raise Refused([Fault("/ledgerd", f"not an export of the form {FORMAT}")])
    texts = {name: document.get(name) for name in ("ledger", "origin", "vkey", "checkpoint")}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise Refused([Fault(f"/{name}", "expected a text")])
    filter_ = document.get("filter") or {}
    if not isinstance(filter_, dict) or not filter_.keys() <= FILTERS or not _all_texts(filter_):
        raise Refused([Fault("/filter", f"expected null, or texts under {', '.join(sorted(FILTERS))}")])
    return Header(size=_number(document, "size"), filter=filter_, **{name: str(text) for name, text in texts.items()})


def parse_line(line: bytes) -> EventLine | End:
    """Read any line but the first. Raises `Refused`."""
    document = parse_object(line)
    if document.get("end") is True:
        return End(_number(document, "count"))
    return parse_event(document)


def parse_event(document: JsonObject) -> EventLine:
    """Read the document of one event. Raises `Refused`."""
    leaf, entry = document.get("leaf_hash"), document.get("entry")
    if not isinstance(leaf, str) or not isinstance(entry, dict):
        raise Refused([Fault("", "an event has an index, a leaf_hash, an entry, openings and the names withheld")])
    shown = parse_shown(document.get("openings"), document.get("withheld"), document.get("erased"))
    proof = _proof(document["proof"]) if "proof" in document else None
    return EventLine(_number(document, "index"), leaf, canonical(entry), shown, proof)


def with_proof(event: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the line of an event (a JSON object, without newline) with its inclusion proof added."""
    hashes = b",".join(b'"%b"' % b64encode(each) for each in proof)
    return event[: event.rindex(b"}")] + b',"proof":[%b]}\n' % hashes


def _proof(value: object) -> tuple[bytes, ...]:
    try:
        return tuple(b64.decode(each) for each in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise Refused([Fault("/proof", "expected a list of hashes in base64")]) from None


def _number(document: JsonObject, name: str) -> int:
    value = document.get(name)
    if type(value) is not int or value < 0:
        raise Refused([Fault(f"/{name}", "expected a whole number, 0 or more")])
    return value


def _all_texts(filter_: JsonObject) -> bool:
    return all(isinstance(value, str) for value in filter_.values())
