"""Verify a receipt file, offline: what was accepted, when, and that the log committed to it."""

from events.entry import parse_entry, render_instant
from events.faults import Refused
from ledger.client.export_audit import check_older
from ledger.client.memory import Memory
from ledger.client.report import Report
from ledger.client.trust import trusted_key
from ledger.core.audit import Finding
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey
from ledger.core.note import parse_note
from ledger.core.receipt import Receipt, parse_receipt, verify_receipt


def verify_receipt_file(data: bytes, memory: Memory, given: VerifierKey | None) -> Report:
    """Verify a receipt. Raises `ClientError` where no key of its log is known."""
    report = Report()
    try:
        receipt = parse_receipt(data)
        origin = parse_checkpoint(parse_note(receipt.checkpoint).text).origin
    except ProofError as error:
        report.find(f"not a receipt: {error}")
        return report
    known = memory.recall(origin)
    vkey = trusted_key(origin, given, known, None, report)
    try:
        checkpoint = verify_receipt(receipt, vkey)
    except ProofError as error:
        report.count(receipt.index, [Finding(receipt.index, str(error))])
        return report
    report.count(receipt.index, _describe(receipt, checkpoint, report))
    check_older(known, checkpoint, None, report)
    return report


def is_receipt(start: bytes) -> bool:
    """Return whether a file that begins so is a receipt."""
    return start.startswith(b"c2sp.org/tlog-proof@")


def _describe(receipt: Receipt, checkpoint: Checkpoint, report: Report) -> list[Finding]:
    """Say in the report what the receipt proves; return what is wrong with the entry itself."""
    try:
        entry = parse_entry(receipt.entry)
    except Refused as refused:
        return [Finding(receipt.index, f"not an entry in canonical form: {refused.faults[0].detail}")]
    where = f", incident {entry.incident.id} no. {entry.incident.seq}" if entry.incident else ""
    report.notes.append(f"{checkpoint.origin}: index {receipt.index} of {checkpoint.size:,}, {entry.type}{where}")
    report.notes.append(f"from {entry.source}, accepted at {render_instant(entry.accepted_at)}")
    return []
