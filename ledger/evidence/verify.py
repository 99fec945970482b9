#!/usr/bin/env python3
"""Verify an evidence bundle of an Incident Ledger: offline, with Python 3.9 or later and nothing else.

    python3 verify.py [BUNDLE]                a bundle.zip, or the folder it was unpacked to; default: where this lies
    python3 verify.py BUNDLE --vkey KEY       with the ledger's verifier key as you know it from elsewhere
    python3 verify.py BUNDLE --older FILE     also: does it extend an older checkpoint, or that of an older bundle?
    python3 verify.py BUNDLE --receipt INDEX  if all is valid, print the receipt of one event (c2sp.org/tlog-proof@v1)

Exit code 0: valid; 1: not valid; 2: not checked. A bundle's own copy may lie: VERIFY.md says how to get another.
"""

import argparse
import json
import re
import sys
import zipfile
from base64 import b64decode, b64encode, urlsafe_b64encode
from decimal import Decimal
from functools import partial
from hashlib import sha256, sha512
from itertools import zip_longest
from pathlib import Path
from typing import Any, Callable, Iterator, Optional, Sequence

# --- JSON: one meaning for one text (RFC 7493), and one text for one meaning (RFC 8785) ---
LARGEST = 2**53 - 1  # beyond it two neighbouring integers are one double, and two readers could read two numbers
def expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)

def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    expect(len(dict(pairs)) == len(pairs), "a key stands twice in one object")
    return dict(pairs)

def exact(digits: str) -> float:
    number = int(digits) if digits.lstrip("-").isdigit() and len(digits) < 20 else float(digits)
    expect(-LARGEST <= number <= LARGEST, "a number is beyond ±(2^53-1)")  # nor are NaN and the infinities within
    return number

strict = json.JSONDecoder(object_pairs_hook=unique, parse_int=exact, parse_float=exact, parse_constant=exact).decode
quoted = json.JSONEncoder(ensure_ascii=False).encode  # what it writes of all but floats and objects is RFC 8785's

def parse(raw: bytes) -> Any:
    return strict(raw.decode())

def canonical(value: Any) -> str:  # RFC 8785: members sorted by UTF-16, doubles as ECMAScript writes them
    if type(value) is dict:
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join([f"{quoted(name)}:{canonical(value[name])}" for name in names]) + "}"
    if type(value) is list:
        return "[" + ",".join(map(canonical, value)) + "]"
    if type(value) is not float or value.is_integer():
        return quoted(value if type(value) is not float else int(value))
    return repr(value).replace("e-0", "e-") if abs(value) < 1e-6 else format(Decimal(repr(value)), "f")

def members(value: Any, required: str, optional: str = "") -> Any:
    names = set(required.split())
    expect(type(value) is dict and names <= value.keys() <= names | set(optional.split()), f"should have: {required}")
    return value

# --- Signatures: Ed25519 (RFC 8032 §5.1) in signed notes (C2SP signed-note) ---
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = Sequence[int]  # extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z
Key = tuple[str, bytes, bytes]  # its name, which is the ledger's origin; its id; the public key
Head = tuple[int, bytes]  # what a checkpoint says: how many entries the log has, and the root of the tree over them

def add(p: Point, q: Point) -> Point:  # RFC 8032 §5.1.4
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def multiply(scalar: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while scalar:
        product = add(product, point) if scalar & 1 else product
        point, scalar = add(point, point), scalar >> 1
    return product

def decode_point(data: bytes) -> Point:  # RFC 8032 §5.1.3; only the canonical encoding counts
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    expect(len(data) == 32 and y < P and x * x % P == square and (x or not sign), "not a point of the curve")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def check_signature(public: bytes, message: bytes, signature: bytes) -> None:
    """Check an Ed25519 signature (RFC 8032 §5.1.7, without cofactor): [S]B = R + [k]A, and S below L."""
    expect(len(signature) == 64, "a signature is not 64 bytes long")
    scalar = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % L
    p = multiply(scalar, BASE)
    q = add(decode_point(signature[:32]), multiply(k, decode_point(public)))
    same = (p[0] * q[2] - q[0] * p[2]) % P == 0 == (p[1] * q[2] - q[1] * p[2]) % P
    expect(same and scalar < L, "a signature does not verify")

def decode64(text: str, size: Optional[int] = None) -> bytes:  # only the spelling that an encoder writes counts
    value = b64decode(text)
    expect(b64encode(value).decode() == text and size in (None, len(value)), "not canonical base64 of the right length")
    return value

def parse_key(text: str) -> Key:  # <name>+<hex key id>+<base64(0x01 ‖ public key)>
    name, id_, encoded = (text.split("+", 2) + ["", ""])[:3]
    public = decode64(encoded, 33)
    found = sha256(name.encode() + b"\n" + public).digest()[:4]
    expect(name and public[0] == 1 and found.hex() == id_, "not an Ed25519 verifier key, or its id is another's")
    return name, found, public[1:]

def open_note(note: bytes, key: Key) -> list[str]:  # its lines, signed by `key`; behind them those of signatures
    before, _, block = note.decode().rpartition("\n\n")
    plain = before and block.endswith("\n") and not re.search("[\0-\x09\x0b-\x1f]", note.decode())
    expect(plain, "not a signed note: a text, an empty line, signature lines")
    lines = [re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)", line) for line in block[:-1].split("\n")]
    signatures = [(line[1], decode64(line[2])) for line in lines if line]
    expect(len(signatures) == len(lines) and all(len(each) > 4 for _, each in signatures), "not all are signatures")
    mine = [signature[4:] for name, signature in signatures if (name, signature[:4]) == key[:2]]
    expect(mine, f"there is no signature of the key of {key[0]}")
    for signature in mine:
        check_signature(key[2], before.encode() + b"\n", signature)
    return [*before.split("\n"), *block[:-1].split("\n")]

def open_checkpoint(note: bytes, key: Key) -> Head:  # C2SP tlog-checkpoint
    origin, size, root, *_ = open_note(note, key)
    expect(origin == key[0] and re.fullmatch(r"0|[1-9][0-9]{0,18}", size), f"not a checkpoint of {key[0]}")
    return int(size), decode64(root, 32)

# --- The tree: SHA-256 as in RFC 6962 §2.1; its proofs, as RFC 9162 §2.1.3.2 and §2.1.4.2 verify them ---
def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()

def climb(at: int, last: int, old: bytes, new: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    for sibling in path:  # `at` is the node's place in its level, `last` that of the level's last node
        expect(last, "a proof is too long")
        if at & 1 or at == last:
            old, new = node(sibling, old), node(sibling, new)
            while at and not at & 1:  # levels on which the right edge has no sibling
                at, last = at >> 1, last >> 1
        else:
            new = node(new, sibling)
        at, last = at >> 1, last >> 1
    expect(not last, "a proof is too short")
    return old, new

def check_consistency(old: Head, new: Head, proof: list[bytes]) -> None:
    if old[0] in (0, new[0]):
        holds = not proof and old[1] == (new[1] if old[0] else sha256().digest())
    else:
        full = (old[0] & -old[0]).bit_length() - 1  # the path begins so many levels up, with a full subtree
        first, *path = proof if old[0] != 1 << full else [old[1], *proof]
        roots = climb((old[0] - 1) >> full, (new[0] - 1) >> full, first, first, path)
        holds = 0 < old[0] < new[0] and roots == (old[1], new[1])
    expect(holds, "the older checkpoint is not proved to be of the same log")

# --- The bundle: its files by name, and the manifest that tells the hash of each, signed by the ledger ---
FILES = ["VERIFY.md", "verify.py", "keys", "checkpoint", "events.ndjson", "proofs.ndjson", "timeline.csv"]
FILES += ["moderation_dsa.csv", "findings.json", "report.html", "consistency.json", "attachments"]
MANIFEST = "ledgerd ledger origin vkey size root filter as_of role count first last linked left_out files schemas tool"
INSTANT = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]T([01][0-9]|2[0-3])(:[0-5][0-9]){2}\.[0-9]{6}Z")
MOST = 8 << 20  # an event has at most 1 MiB: a longer line mustn't fill the memory
Files = dict[str, Callable[[], Any]]

class Report:  # in the words of `ledgerd verify`: counted in full, listed up to a hundred
    def __init__(self, wanted: Optional[int] = None) -> None:
        self.notes: list[str] = []
        self.findings: list[str] = []
        self.unchecked: list[str] = []
        self.bad: set[int] = set()
        self.found, self.entries, self.wanted, self.receipt = 0, 0, wanted, b""

    def find(self, place: str, detail: object, index: Optional[int] = None) -> None:
        self.found += 1
        self.findings += [f"  {place}: {detail}"] if self.found <= 100 else []
        self.bad |= set() if index is None else {index}

    def attempt(self, place: str, index: Optional[int], check: Callable[..., Any], *arguments: Any) -> Any:
        try:  # whatever goes wrong with what a stranger wrote is a finding; that a file can't be read is not
            return check(*arguments)
        except OSError:
            raise
        except Exception as error:
            return self.find(place, error if isinstance(error, ValueError) else repr(error), index)

    def lines(self) -> list[str]:
        lines = [*self.notes, f"{self.entries - len(self.bad):,} of {self.entries:,} entries valid", *self.findings]
        lines += [f"  … and {self.found - 100:,} more findings"] if self.found > 100 else []
        lines += [f"first bad index: {min(self.bad)}"] if self.bad else []
        return [*lines, *self.unchecked, "INVALID" if self.found else "PARTLY CHECKED" if self.unchecked else "VALID"]

def open_files(path: Path) -> Files:
    if path.is_dir():
        found = [each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts]
        return {each.relative_to(path).as_posix(): partial(each.open, "rb") for each in found}
    archive = zipfile.ZipFile(path)
    tops = ((name.split("/")[0], name) for name in archive.namelist())
    places = [(FILES.index(top) if top in FILES else len(FILES), name) for top, name in tops]
    sound = places == sorted(set(places)) and not any(each.compress_type for each in archive.infolist())
    expect(sound, "its members are not in their order, each once, and not compressed")
    return {name: partial(archive.open, name) for _, name in places}

def read(files: Files, name: str, lines: bool = False) -> Iterator[bytes]:
    expect(name in files, f"{name} is missing")
    with files[name]() as file:
        yield from iter(partial(file.readline if lines else file.read, MOST), b"")

def open_manifest(files: Files, key: Key) -> Any:
    raw = b"".join(read(files, "manifest.json"))
    title, origin, digest, *signature = open_note(b"".join(read(files, "manifest.sig")), key)
    sound = (title, origin, digest, len(signature)) == ("ledgerd bundle manifest", key[0], sha256(raw).hexdigest(), 1)
    expect(sound, "manifest.json is not what manifest.sig signs")
    manifest = members(parse(raw), MANIFEST, "incident context")
    expect(canonical(manifest).encode() == raw, "not in canonical form (RFC 8785)")
    chosen, told = members(manifest["filter"], "", "incident since until"), (manifest["ledgerd"], manifest["as_of"])
    expect(told == ("bundle/1", manifest["size"]), "not a bundle/1 as of the size of its checkpoint")
    expect((manifest["origin"], parse_key(manifest["vkey"])) == (key[0], key), "of another ledger or key than it signs")
    expect(all(INSTANT.fullmatch(chosen[name]) for name in {*chosen} - {"incident"}), "since and until are no instants")
    expect(manifest["role"] in ("public", "internal", "personal"), "it is for no role that there is")
    return manifest

def check_file(files: Files, name: str, told: Any, key_line: Optional[bytes]) -> None:
    digest, size = sha256(), 0
    for part in read(files, name):
        digest.update(part)
        size += len(part)
    expect(told == {"sha256": digest.hexdigest(), "bytes": size}, "not the file that the manifest names")
    plain = name in (*FILES, f"attachments/{digest.hexdigest()}")
    expect(b"".join(read(files, name)) == key_line if key_line else plain, "not a file of a bundle, or not the key")

# --- The events: each proved to be in the log, each field accounted for, none left out ---
def seal(name: str, opening: Any) -> str:  # base64url of H(salt ‖ name ‖ 0x00 ‖ canonical value), without padding
    salt = decode64(members(opening, "salt value")["salt"].translate({45: "+", 95: "/", 43: "", 47: ""}) + "==", 16)
    hashed = sha256(salt + name.encode() + b"\0" + canonical(opening["value"]).encode())
    return urlsafe_b64encode(hashed.digest())[:-1].decode()

def check_entry(entry: Any) -> Any:  # returns the link into the incident's chain
    members(entry, "accepted_at seals source type v", "incident")
    link = members(entry.get("incident", {"id": "", "prev": None, "seq": 1}), "id prev seq")
    numbers = [entry["v"], link["seq"], members(entry["source"], "id", "seq").get("seq", 1)]
    sound = INSTANT.fullmatch(entry["accepted_at"]) and [type(each) for each in numbers] == [int] * 3
    expect(sound and entry["v"] == 1, "not an entry of version 1")
    return link

class Events:  # one pass; in memory it keeps what was erased, and a hash an incident
    def __init__(self, manifest: Any, head: Head, report: Report) -> None:
        self.manifest, self.head, self.report = manifest, head, report
        self.only, self.since, self.until = (manifest["filter"].get(name) for name in ("incident", "since", "until"))
        self.ranged = bool(self.since or self.until)
        self.last, self.clock, self.others, self.shown, self.chains = -1, "", 0, [0, 0], {"": (0, "")}
        self.span: list[Any] = [None, None]
        self.erased, self.seen = dict[Any, int](), set[int]()

    def run(self, files: Files) -> None:
        proofs, events = (read(files, name, lines=True) for name in ("proofs.ndjson", "events.ndjson"))
        for number, raws in enumerate(zip_longest(proofs, events, fillvalue=b""), 1):
            self.report.entries = number
            both = [self.report.attempt(f"line {number} of proofs and events", None, parse, raw) for raw in raws]
            known = [each["index"] for each in both if type(each) is dict and type(each.get("index")) is int]
            index = known[-1] if known else self.last + 1
            self.report.attempt(f"events.ndjson, index {index}", index, self.take, index, *both)
            self.last, self.span = index, [index if number == 1 else self.span[0], index]
        self.end()

    def find(self, index: int, detail: str) -> None:
        self.report.find(f"events.ndjson, index {index}", detail, index)

    def take(self, index: int, proof: Any, event: Any) -> None:
        entry = members(event, "index leaf_hash entry openings withheld", "erased")["entry"]
        link, leaf = check_entry(entry), sha256(b"\0" + canonical(entry).encode()).digest()
        if index <= self.last or not (self.only or index == self.last + 1 or (self.ranged and self.last < 0)):
            self.find(index, f"index {self.last + 1} should stand here: events were left out, or moved")
        if entry["accepted_at"] < self.clock:
            self.find(index, "accepted before the entry that stands before it")
        self.clock = entry["accepted_at"]
        self.account(index, entry, event["openings"], event["withheld"], event.get("erased", {}))
        if self.only in (None, link["id"]):
            self.follow(index, entry, link, leaf)
        self.others += self.only not in (None, link["id"])
        self.seen.add(index)
        expect(event["leaf_hash"] == leaf.hex(), "the leaf_hash is not the entry's")
        expect(members(proof, "index proof")["index"] == index, f"proofs.ndjson has index {proof['index']} here")
        path, size = [decode64(each, 32) for each in proof["proof"]], self.head[0]
        expect(0 <= index < size, f"there is no such index in a log of {size}")
        expect(climb(index, size - 1, leaf, leaf, path)[1] == self.head[1], "the entry is not proved to be in the log")
        if index == self.report.wanted:
            extra = "extra " + b64encode(canonical(entry).encode()).decode()
            parts = ["c2sp.org/tlog-proof@v1", extra, f"index {index}", *proof["proof"], "", ""]
            self.report.receipt = "\n".join(parts).encode()

    def follow(self, index: int, entry: Any, link: Any, leaf: bytes) -> None:  # seq is 1, 2, 3 …, prev the one before
        if not (self.since or "") <= entry["accepted_at"] < (self.until or "~"):
            self.find(index, "accepted outside the time that the bundle is said to be of")
        seq, before = self.chains.get(link["id"], (0, None))
        if "incident" in entry:
            if (link["seq"], link["prev"]) != (seq + 1, before) and not (self.ranged and not seq):
                self.find(index, f"no. {link['seq']} of incident {link['id']} does not follow no. {seq}: left out")
            self.chains[link["id"]] = link["seq"], leaf.hex()

    def account(self, index: int, entry: Any, opened: Any, withheld: Any, erased: Any) -> None:
        """Account for every field: it is opened, withheld, or erased by a later entry that says so."""
        for name, sealed in entry["seals"].items():
            states = (name in opened) + withheld.count(name) + (name in erased)
            if states != 1:
                self.find(index, f"the field {name} is {'in two states' if states else 'missing: nothing tells why'}")
            elif name in opened and seal(name, opened[name]) != sealed:
                self.find(index, f"the field {name} is not what was sealed")
        target = opened.get("target_event", {"value": index})["value"] if entry["type"] == "event.linked" else index
        own = not self.ranged and self.only == entry.get("incident", {}).get("id")
        if own and 0 <= target < index and target not in self.seen:
            self.find(index, f"the event {target}, which it links in, was left out")
        expect({*opened, *withheld, *erased} <= entry["seals"].keys(), "a field is shown that the entry does not seal")
        expect(not withheld or self.manifest["role"] != "personal", "fields are withheld from the role that sees all")
        self.shown = [self.shown[0] + len(opened), self.shown[1] + len(withheld)]
        self.erased.update({(index, name): by for name, by in erased.items()})
        if entry["type"] == "key.destroyed" and entry["source"]["id"] == f"urn:ledgerd:{self.manifest['ledger']}":
            for gone in ((each["index"], name) for each in opened["scope"]["value"] for name in each["fields"]):
                if gone in self.erased and self.erased[gone] in (index, -1):
                    self.erased[gone] = -1  # as it must be
                elif not self.only and not self.ranged:
                    self.find(index, f"it erased the field {gone[1]} of event {gone[0]}, which isn't told there")

    def end(self) -> None:  # compares what was found with what the manifest tells
        for (index, name), by in ((gone, by) for gone, by in self.erased.items() if by >= 0):
            self.find(index, f"the field {name} is not erased by entry {by}")
        told, count, (seq, leaf) = self.manifest, self.report.entries, self.chains.get(self.only or "", (0, ""))
        expect([told["count"], told["first"], told["last"]] == [count, *self.span], f"not those told: {count} are here")
        expect(self.only or self.ranged or count == self.head[0], f"only {count} of {self.head[0]} entries are here")
        last = {"id": self.only, "seq": seq, "leaf": leaf} if self.only and seq else None
        expect(told.get("incident") == last and (last or not self.only or self.ranged), "the incident's end is another")
        expect(told["linked"] + told.get("context", {"count": 0})["count"] == self.others, "not the events beside told")

# --- The program ---
def check_older(files: Files, head: Head, given: Optional[Head], report: Report) -> None:
    known = {0: sha256().digest(), head[0]: head[1]}
    if "consistency.json" in files:
        facts = members(parse(b"".join(read(files, "consistency.json"))), "from to root proof")
        known[facts["from"]] = decode64(facts["root"], 32)
        expect(facts["to"] == head[0], "not up to the size of the bundle's checkpoint")
        check_consistency((facts["from"], known[facts["from"]]), head, [decode64(each, 32) for each in facts["proof"]])
    if given and given[0] not in known:
        report.unchecked.append(f"no proof from size {given[0]:,} is in the bundle: ask for one made from that size")
    elif given:
        expect(known[given[0]] == given[1], f"forked or rewritten: another log of {given[0]} entries was signed")
        report.notes.append(f"consistent with the older checkpoint over {given[0]:,} entries")

def check(files: Files, vkey: Optional[str], older: Optional[bytes], report: Report) -> None:
    key = parse_key(vkey or parse(b"".join(read(files, "manifest.json")))["vkey"])
    manifest = open_manifest(files, key)
    report.notes.append(f"{key[0]}: evidence bundle under a signed checkpoint over {manifest['size']:,} entries")
    report.notes.append("key: given" if vkey else f"key: from the bundle itself; compare it: {manifest['vkey']}")
    part = f"a part of the log ({canonical(manifest['filter'])}): what else the log holds can't be seen from this file"
    report.notes += [part] if manifest["filter"] else []
    report.notes += [f"left out: {each['count']} {each['what']}: {each['reason']}" for each in manifest["left_out"]]
    keys = {f"keys/{key[0].replace('/', '_')}.vkey": f"{manifest['vkey']}\n".encode()}
    for name in sorted({*manifest["files"], *files, *keys} - {"manifest.json", "manifest.sig"}):
        report.attempt(name, None, check_file, files, name, manifest["files"].get(name), keys.get(name))
    if head := report.attempt("checkpoint", None, open_checkpoint, b"".join(read(files, "checkpoint")), key):
        same = (head[0], b64encode(head[1]).decode()) == (manifest["size"], manifest["root"])
        report.attempt("checkpoint", None, expect, same, "its size or root is not the manifest's")
        events = Events(manifest, head, report)
        report.attempt("events.ndjson", None, events.run, files)
        told = "{:,} fields opened and checked, {:,} withheld, {:,} erased"
        report.notes.append(told.format(*events.shown, len(events.erased)))
        given = report.attempt("the older checkpoint", None, open_checkpoint, older, key) if older else None
        report.attempt("consistency", None, check_older, files, head, given, report)
        report.receipt += b"".join(read(files, "checkpoint")) if report.receipt else b""
        report.unchecked += ["the bundle has no such event"] if report.wanted is not None and not report.receipt else []

def verify(path: Path, vkey: Optional[str] = None, older: Optional[bytes] = None, want: Optional[int] = None) -> Report:
    report = Report(want)
    if (files := report.attempt(path.name, None, open_files, path)) is not None:
        report.attempt("manifest.json, manifest.sig", None, check, files, vkey, older, report)
    return report

def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an evidence bundle of an Incident Ledger, offline.")
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--vkey", help="the ledger's verifier key, as you know it from elsewhere")
    parser.add_argument("--older", type=Path, help="an older checkpoint, or an older bundle with its own")
    parser.add_argument("--receipt", type=int, metavar="INDEX", help="if all is valid, print this event's receipt")
    asked = parser.parse_args(arguments)
    try:
        old, _ = asked.older, asked.vkey and parse_key(asked.vkey)
        single = old and old.is_file() and not zipfile.is_zipfile(old)
        note = old.read_bytes() if single else old and b"".join(read(open_files(old), "checkpoint"))
        report = verify(asked.bundle, asked.vkey, note, asked.receipt)
    except Exception as error:
        print(f"this can't be checked: {error}", file=sys.stderr)
        return 2
    text = "\n".join([*report.lines(), ""]).encode()
    sys.stdout.buffer.write(report.receipt if report.receipt and not report.found else text)
    return 1 if report.found else 2 if report.unchecked else 0

if __name__ == "__main__":
    sys.exit(main())
