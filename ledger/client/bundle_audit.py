"""Verify an evidence bundle, a zip or the folder it was unpacked to, offline.

The bundle's own one-file verifier does the work, in the copy that is installed here and not the one that lies in the
bundle. Added is what one file has no room for: the zip to its last byte, and what is remembered of the ledger.
"""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from events.faults import Refused
from events.strict import parse_object
from ledger.client.export_audit import check_older
from ledger.client.memory import Memory
from ledger.client.report import LISTED, Report
from ledger.client.trust import trusted_key
from ledger.client.zip_layout import layout_faults
from ledger.core import b64
from ledger.core.checkpoint import open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey
from ledger.evidence import verify as verifier


def is_bundle(path: Path) -> bool:
    """Return whether a path is to be verified as a bundle: a folder, or a file that begins like a zip."""
    if path.is_dir():
        return True
    with path.open("rb") as file:
        return file.read(2) == b"PK"


@dataclass(frozen=True, slots=True)
class _Claim:
    """Whose bundle it says it is, before anything is verified."""

    origin: str
    vkey: str


def verify_bundle(path: Path, memory: Memory, given: VerifierKey | None) -> Report:
    """Verify a bundle; remember its checkpoint if all holds. Raises `ClientError` where it can't be checked at all."""
    report = Report()
    if not path.is_dir():
        for fault in layout_faults(path):
            report.find(f"{path.name}: {fault}")
    claim = _claim(path, report)
    if claim is None:
        return report
    known = memory.recall(claim.origin)
    vkey = trusted_key(claim.origin, given, known, claim.vkey, report)
    _adopt(verifier.verify(path, vkey.render()), report)
    if not report.ok:
        return report
    files = verifier.open_files(path)
    note = b"".join(verifier.read(files, "checkpoint"))
    root = _older_root(files, known.checkpoint.size) if known else None
    check_older(known, open_checkpoint(note, vkey), root, report)
    if report.ok:
        memory.remember(vkey, note)
    return report


def _claim(path: Path, report: Report) -> _Claim | None:
    """Read whose bundle it says it is. Where its manifest can't be read, that is found."""
    try:
        manifest = parse_object(b"".join(verifier.read(verifier.open_files(path), "manifest.json")))
        claim = _Claim(str(manifest["origin"]), str(manifest["vkey"]))
        VerifierKey.parse(claim.vkey)
    except OSError:
        raise
    except (Refused, ProofError, KeyError) as error:
        report.find(f"manifest.json: not a manifest: {error}")
    except Exception as error:  # noqa: BLE001 - zipfile meets damaged archives with errors of many kinds
        report.find(f"{path.name}: {error}")
    else:
        return claim
    return None


def _adopt(found: verifier.Report, report: Report) -> None:
    """Take over what the one-file verifier found. What it says of the key is said better here."""
    report.notes[:0] = found.notes[:1]
    report.notes += [note for note in found.notes[1:] if not note.startswith("key")]
    for finding in found.findings:
        report.find(finding.strip())
    report.found += max(0, found.found - LISTED)
    report.entries, report.valid = found.entries, found.entries - len(found.bad)
    report.first_bad = min(found.bad, default=None)


def _older_root(files: dict[str, Any], size: int) -> bytes | None:
    """Return the root at `size` that a verified bundle proves its own to extend, None where it proves none of it."""
    if "consistency.json" not in files:
        return None
    facts = parse_object(b"".join(islice(verifier.read(files, "consistency.json"), 1)))
    return b64.decode(facts["root"]) if facts["from"] == size else None
