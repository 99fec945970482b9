"""Verify an export file, offline: its checkpoint, every proof, every entry and field, and that nothing was cut off."""

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from events.faults import Refused
from ledger.client.failures import ClientError
from ledger.client.memory import Memory, Remembered
from ledger.client.progress import Tell
from ledger.client.report import Report
from ledger.client.trust import check_remembered, trusted_key
from ledger.core.audit import Audit, Finding
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.errors import CheckpointError, ProofError
from ledger.core.export import End, EventLine, Header, parse_header, parse_line
from ledger.core.keys import VerifierKey
from ledger.core.merkle import leaf_hash, verify_inclusion
from ledger.core.regrowth import Regrowth
from ledger.core.tiles import TILE_WIDTH

# An event has at most 1 MiB; what is longer is no event, and must not fill the memory.
_MAX_LINE = 8 << 20


def verify_export(file: BinaryIO, memory: Memory, given: VerifierKey | None, tell: Tell) -> Report:
    """Verify an export from its first byte on. Raises `ClientError` where it can't be checked at all."""
    report = Report()
    try:
        header = parse_header(file.readline())
    except Refused as refused:
        raise ClientError(f"the first line is not an export's: {refused}") from None
    known = memory.recall(header.origin)
    vkey = trusted_key(header.origin, given, known, header.vkey, report)
    try:
        checkpoint = _open(header, vkey)
    except ProofError as error:
        report.find(f"the checkpoint in the header does not hold: {error}")
        return report
    report.notes.insert(0, f"{header.origin}: export under a signed checkpoint over {header.size:,} entries")
    if header.filter:
        chosen = ", ".join(f"{name} {value}" for name, value in sorted(header.filter.items()))
        report.notes.append(f"a part of the log ({chosen}): what else the log holds can't be seen from this file")
    _Pass(header, checkpoint, known, report).run(file, tell)
    return report


def _open(header: Header, vkey: VerifierKey) -> Checkpoint:
    checkpoint = open_checkpoint(header.checkpoint.encode(), vkey)
    if (checkpoint.origin, checkpoint.size) != (header.origin, header.size):
        raise CheckpointError("It is of another origin or size than the header says.")
    return checkpoint


class _Pass:
    """One reading of the file behind its header."""

    def __init__(self, header: Header, checkpoint: Checkpoint, known: Remembered | None, report: Report) -> None:
        self._checkpoint, self._known, self._report = checkpoint, known, report
        self._audit = Audit(header.scope)
        self._tree = Regrowth({known.checkpoint.size} if known else ())
        self._leaves: list[bytes] = []

    def run(self, file: BinaryIO, tell: Tell) -> None:
        ended = False
        for number, line in enumerate(iter(partial(file.readline, _MAX_LINE), b""), 2):
            if ended:
                self._report.find(f"line {number} stands behind the end of the export")
                break
            ended = self._line(number, line)
            tell(file.tell())
        if not ended:
            self._report.find("the file was cut off: its last line is missing", self._audit.expected)
        self._finish()

    def _line(self, number: int, line: bytes) -> bool:
        """Check one line; return whether it is the last."""
        try:
            parsed = parse_line(line)
        except Refused as refused:
            fault = refused.faults[0]
            self._lose(f"line {number} can't be read: {fault.pointer} {fault.detail}")
            return False
        if isinstance(parsed, End):
            if parsed.count != self._report.entries:
                self._report.find(f"the export should hold {parsed.count} events, not {self._report.entries}")
            return True
        self._event(parsed)
        return False

    def _lose(self, detail: str) -> None:
        index = self._audit.expected
        if index is None:
            self._report.find(detail)
        else:
            self._report.count(index, self._audit.lose(index, detail))
        self._leaves.append(b"")

    def _event(self, event: EventLine) -> None:
        findings = [Finding(event.index, fault) for fault in self._proof_faults(event)]
        self._report.count(event.index, findings + self._audit.take(event.index, event.entry, event.shown))
        self._leaves.append(leaf_hash(event.entry))
        if len(self._leaves) == TILE_WIDTH:
            self._grow()

    def _proof_faults(self, event: EventLine) -> Iterator[str]:
        leaf, checkpoint = leaf_hash(event.entry), self._checkpoint
        if event.leaf_hash != leaf.hex():
            yield "the leaf_hash is not the entry's"
        try:
            verify_inclusion(event.index, checkpoint.size, leaf, event.proof or (), checkpoint.root)
        except ProofError as error:
            yield f"the entry is not proved to be in the log: {error}"

    def _grow(self) -> None:
        # Of a part, or with a line lost, there is no tree to grow; the proofs alone stand for the entries then.
        if self._audit.scope.whole and all(self._leaves):
            self._tree.grow(self._leaves)
        self._leaves.clear()

    def _finish(self) -> None:
        self._grow()
        report, checkpoint, audit = self._report, self._checkpoint, self._audit
        report.add(audit.end(checkpoint.size))
        edge = self._tree.edge
        complete = audit.scope.whole and edge.size == checkpoint.size
        if complete and edge.root() != checkpoint.root:
            report.find("the entries don't have the root that the checkpoint signs")
        root = self._tree.roots.get(self._known.checkpoint.size) if self._known and complete else None
        check_older(self._known, checkpoint, root, report)
        if audit.scope.whole:
            report.entries = checkpoint.size
        report.notes.append(
            f"{audit.opened:,} fields opened and checked, {audit.withheld:,} withheld from the exporter"
        )
        report.notes += erasure_notes(audit)


def erasure_notes(audit: Audit) -> list[str]:
    """Say how much was erased by law, and of how much that couldn't be seen."""
    if not audit.erased:
        return []
    notes = [f"{audit.erased:,} fields erased by law, as entries of the log tell"]
    if audit.unproved_erasures:
        notes.append(f"of these {audit.unproved_erasures:,} by entries that are not among those read: not checked")
    return notes


def check_older(known: Remembered | None, checkpoint: Checkpoint, root: bytes | None, report: Report) -> None:
    """Hold a checkpoint that may be old against the remembered one: being smaller is no fault of a file."""
    if known is None:
        return
    if checkpoint.size < known.checkpoint.size:
        report.notes.append(f"older than the remembered checkpoint over {known.checkpoint.size:,} entries")
        return
    check_remembered(known, checkpoint, root, report)
    if root is None and checkpoint.size != known.checkpoint.size:
        report.notes.append("whether it extends the remembered checkpoint can't be seen offline: verify the URL")
