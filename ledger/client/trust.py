"""Which key vouches for a log, and why it is believed: given, remembered, or taken on first use."""

from ledger.client.failures import ClientError
from ledger.client.memory import Remembered
from ledger.client.report import Report
from ledger.core.checkpoint import Checkpoint
from ledger.core.errors import NoteError
from ledger.core.keys import VerifierKey


def parse_vkey(text: str) -> VerifierKey:
    """Return the key that the user gave. Raises `ClientError`."""
    try:
        return VerifierKey.parse(text.strip())
    except NoteError as error:
        raise ClientError(f"this is not a verifier key: {error}") from None


def trusted_key(
    origin: str, given: VerifierKey | None, known: Remembered | None, claimed: str | None, report: Report
) -> VerifierKey:
    """Return the key to verify with; the report says where it comes from, and where two of them contradict.

    `claimed` is what the log or file says of itself. Raises `ClientError` where no key is known at all.
    """
    if given is not None and given.name != origin:
        report.find(f"the origin is {origin}, but the key given is that of {given.name}")
    if known is not None and (given or known.vkey) != known.vkey:
        report.find(f"the key remembered for {origin} is another than the one given")
    trusted = given or (known.vkey if known else None)
    if trusted is not None:
        if claimed is not None and claimed != trusted.render():
            report.find(f"{origin} now claims another key than the one {'given' if given else 'remembered'}")
        report.notes.append(f"key of {trusted.name}: {'given' if given else 'remembered from an earlier verification'}")
        return trusted
    if claimed is None:
        raise ClientError(f"no key of {origin} is known: give --vkey, or verify the running ledger by its URL once")
    key = parse_vkey(claimed)
    report.notes.append(f"key of {origin}: taken on first use, from what is being verified; compare it with another")
    report.notes.append(f"source's, or give it with --vkey: {claimed}")
    return key


def check_remembered(known: Remembered | None, checkpoint: Checkpoint, root: bytes | None, report: Report) -> bool:
    """Hold a log's checkpoint against the remembered one; return whether the two are consistent as far as is known.

    `root`: what the log's entries give as the root at the remembered size, None where that can't be computed.
    """
    if known is None:
        return True
    size = known.checkpoint.size
    if checkpoint.size < size:
        report.find(f"rolled back: the checkpoint covers {checkpoint.size} entries, {size} were signed before")
        return False
    if checkpoint.size == size and checkpoint.root != known.checkpoint.root:
        report.find(f"forked: another checkpoint over the same {size} entries was signed before")
        return False
    if root is not None and root != known.checkpoint.root:
        report.find(f"rewritten: the first {size} entries are not those of the checkpoint that was signed before")
        return False
    if root is not None:
        report.notes.append(f"consistent with the remembered checkpoint over {size:,} entries")
    return True
