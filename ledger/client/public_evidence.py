"""The evidence of a public page, checked as a reader's browser checks it, and by the same rules as an export."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from events.entry import parse_entry
from events.faults import Refused
from events.strict import JsonObject, parse_object
from ledger.client.failures import ClientError
from ledger.client.report import Report
from ledger.core.audit import Audit, Finding, Scope
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.export import parse_event
from ledger.core.keys import VerifierKey
from ledger.core.merkle import leaf_hash
from ledger.core.tiles import TILE_WIDTH, Bundle, parse_bundle

FORM = "public-evidence/1"
TAIL_BUNDLES = 100
"""How many entry bundles a browser reads behind an incident's last event, at most (js/proof/audit.js)."""

ReadLeaves = Callable[[int, int], list[bytes]]
"""The leaf hashes of the level 0 tile of a number, in the tree of a size."""


@dataclass(slots=True)
class Evidence:
    """An incident's evidence after its first reading: what is left to hold against the tree and the page.

    Memory: that of the incident's public values until the page was held against them, then a hash an event.
    """

    incident: str
    note: bytes
    checkpoint: Checkpoint
    leaves: dict[int, bytes] = field(default_factory=dict)
    values: dict[int, JsonObject] = field(default_factory=dict)
    last: int = -1

    @property
    def tail(self) -> list[Bundle]:
        """Return the entry bundles behind the last event of the incident; none where they are too many to be read."""
        size, first = self.checkpoint.size, (self.last + 1) // TILE_WIDTH
        end = -(-size // TILE_WIDTH)
        if end - first > TAIL_BUNDLES:
            return []
        return [Bundle(n, min(TILE_WIDTH, size - n * TILE_WIDTH)) for n in range(first, end)]

    def check_leaves(self, read: ReadLeaves, report: Report) -> None:
        """Find the entries that are not those in the tree."""
        for index, leaf in self.leaves.items():
            row = read(index // TILE_WIDTH, self.checkpoint.size)
            if index % TILE_WIDTH >= len(row) or row[index % TILE_WIDTH] != leaf:
                report.find("the entry is not the one in the signed log", index)

    def check_tail(self, bundle: Bundle, data: bytes, row: list[bytes], report: Report) -> None:
        """Find in an entry bundle what was left out; `row`: the leaf hashes over it."""
        entries = parse_bundle(data)
        if list(map(leaf_hash, entries)) != row:
            report.find(f"{bundle.path()} does not hold the entries of the signed log")
            return
        for index, raw in enumerate(entries, bundle.n * TILE_WIDTH):
            link = parse_entry(raw).incident
            if index > self.last and link is not None and link.id == self.incident:
                report.find("the entry belongs to the incident and was left out", index)


def read_evidence(lines: Iterable[bytes], incident: str, vkey: VerifierKey, report: Report) -> Evidence:
    """Check all that evidence says by itself. Raises `ClientError` where it isn't evidence of this incident."""
    first, *rest = [*lines] or [b""]
    try:
        about = parse_object(first)
        if (about["ledgerd"], about["incident"], about["vkey"]) != (FORM, incident, vkey.render()):
            raise ClientError(f"{incident}: the evidence is of another incident, ledger or form")
        note = str(about["checkpoint"]).encode()
        evidence = Evidence(incident, note, open_checkpoint(note, vkey))
    except (Refused, KeyError, ProofError) as error:
        raise ClientError(f"{incident}: the evidence does not begin with a signed checkpoint: {error}") from None
    audit = Audit(Scope(incident))
    for number, line in enumerate(rest, 2):
        try:
            _take(parse_object(line), evidence, audit, report)
        except Refused as refused:
            report.find(f"{incident}: line {number} of the evidence can't be read: {refused.faults[0].detail}")
    return evidence


def _take(document: JsonObject, evidence: Evidence, audit: Audit, report: Report) -> None:
    event = parse_event(document)
    leaf = leaf_hash(event.entry)
    evidence.leaves[event.index] = leaf
    evidence.values[event.index] = {name: opening.value for name, opening in event.shown.openings.items()}
    if document.get("linked_by") is None:
        evidence.last = max(evidence.last, event.index)
    faults = audit.take(event.index, event.entry, event.shown)
    if event.leaf_hash != leaf.hex():
        faults.append(Finding(event.index, "the leaf_hash is not the entry's"))
    report.count(event.index, faults)
