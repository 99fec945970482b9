"""The entry: the canonical bytes of one event that the Merkle tree commits to. It holds no personal data.

The format is `docs/format.md`, section "Entry". Entries are written by `EntryDraft.render`, from parts that are
canonical already, and read by `parse_entry`, which accepts nothing but the one canonical spelling.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import orjson

from events.canonical import canonical
from events.faults import Fault, Refused
from events.strict import JsonObject, parse_object

MAX_ENTRY_BYTES = 65_535
VERSION = 1
SERVICE_SOURCE = "urn:ledgerd:"
"""What the source of the ledger's own events begins with; nobody else may use it."""
_HASH = re.compile(r"[0-9a-f]{64}")
# 32 bytes in base64url: the last of 43 characters holds four bits, the other two are zero.
_SEAL = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d\.\d{6}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class IncidentLink:
    """An entry's place in its incident's chain: `seq` counts from 1, `prev` is the hex leaf hash before it."""

    id: str
    seq: int
    prev: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A parsed entry. `accepted_at` is the ledger's clock; `seals` maps each field's name to its seal."""

    accepted_at: datetime
    incident: IncidentLink | None
    seals: Mapping[str, str]
    source: str
    source_seq: int | None
    type: str


class EntryDraft(NamedTuple):
    """All of an entry but what only its place in the log decides. `seals` is a canonical JSON object."""

    type: str
    source: str
    incident: str | None
    source_seq: int | None
    seals: bytes

    def render(self, accepted_at: str, seq: int = 0, prev: str | None = None) -> bytes:
        """Return the entry's canonical bytes. `seq` and `prev` place it in its incident and are ignored outside one."""
        link = b""
        if self.incident is not None:
            before = b'"%b"' % prev.encode() if prev else b"null"
            link = b'"incident":{"id":%b,"prev":%b,"seq":%d},' % (_quoted(self.incident), before, seq)
        number = b"" if self.source_seq is None else b',"seq":%d' % self.source_seq
        return b'{"accepted_at":"%b",%b"seals":%b,"source":{"id":%b%b},"type":%b,"v":1}' % (
            accepted_at.encode(),
            link,
            self.seals,
            _quoted(self.source),
            number,
            _quoted(self.type),
        )

    def size_limit(self) -> int:
        """Return the most bytes the entry can have wherever it lands in the log."""
        return len(self.render("0000-00-00T00:00:00.000000Z", 2**53, "0" * 64))


def render_instant(instant: datetime) -> str:
    """Return `instant` in UTC with microseconds and a Z, the only form an entry holds."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_instant(text: str) -> datetime:
    """Read what `render_instant` writes. Raises `ValueError` for any other form."""
    if not _INSTANT.fullmatch(text):
        raise ValueError("not a UTC instant with microseconds")
    return datetime.fromisoformat(text)


def parse_entry(raw: bytes) -> Entry:
    """Parse an entry strictly. Raises `Refused` for any bytes that `render` could not have written."""
    if len(raw) > MAX_ENTRY_BYTES:
        raise Refused([Fault("", f"an entry has at most {MAX_ENTRY_BYTES} bytes")])
    document = parse_object(raw)
    if canonical(document) != raw:
        raise Refused([Fault("", "the entry is not in canonical form")])
    try:
        return _entry(document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refused([Fault("", f"not an entry of version {VERSION}: {error}")]) from None


def _entry(document: JsonObject) -> Entry:
    source = document["source"]
    _expect(type(document["v"]) is int and document["v"] == VERSION, "v")
    _expect(document.keys() <= {"accepted_at", "incident", "seals", "source", "type", "v"}, "members")
    _expect(source.keys() <= {"id", "seq"} and isinstance(source["id"], str), "source")
    _expect("seq" not in source or _positive(source["seq"]), "source.seq")
    _expect(isinstance(document["type"], str), "type")
    _expect(all(isinstance(seal, str) and _SEAL.fullmatch(seal) for seal in document["seals"].values()), "seals")
    return Entry(
        parse_instant(document["accepted_at"]),
        _link(document["incident"]) if "incident" in document else None,
        document["seals"],
        source["id"],
        source.get("seq"),
        document["type"],
    )


def _link(incident: JsonObject) -> IncidentLink:
    prev, seq = incident["prev"], incident["seq"]
    _expect(incident.keys() == {"id", "prev", "seq"} and isinstance(incident["id"], str), "incident")
    _expect(_positive(seq) and (prev is None) == (seq == 1), "incident.seq")
    _expect(prev is None or _HASH.fullmatch(prev) is not None, "incident.prev")
    return IncidentLink(incident["id"], seq, prev)


def _positive(number: object) -> bool:
    return type(number) is int and number > 0


def _expect(holds: bool, member: str) -> None:  # noqa: FBT001 - the condition is the argument
    if not holds:
        raise ValueError(member)


@lru_cache(maxsize=4096)
def _quoted(text: str) -> bytes:
    return orjson.dumps(text)
