"""Which entry was changed, where the entries agree with their tiles but not with the signed root.

Tiles at the right edge are made of the entries themselves and change with them. The receipts still hold every older
signed checkpoint, so that the first one which no longer fits can be searched for.
"""

from ledger.client.connection import Connection
from ledger.client.remote_tree import RemoteTree
from ledger.core.audit import Finding
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey
from ledger.core.receipt import parse_receipt


async def find_divergence(connection: Connection, vkey: VerifierKey, size: int) -> list[Finding]:
    """Return the first entry, or the first few among which it is, that the ledger did not sign; none if unknown."""
    tree = RemoteTree(connection, size)
    low, high = 0, size
    try:
        while low < high:
            middle = (low + high) // 2
            signed = await _checkpoint_over(connection, vkey, middle)
            if await tree.root(signed.size) == signed.root:
                low = signed.size
            else:
                high = middle
        end = (await _checkpoint_over(connection, vkey, low)).size
    except ProofError:
        return []
    return [Finding(low, _sentence(low, end))]


async def _checkpoint_over(connection: Connection, vkey: VerifierKey, index: int) -> Checkpoint:
    receipt = await connection.get(f"events/{index}/receipt")
    if receipt is None:
        raise ProofError("The receipt is gone.")
    return open_checkpoint(parse_receipt(receipt).checkpoint, vkey)


def _sentence(first: int, end: int) -> str:
    if end - first == 1:
        return "the entry is not the one that was signed"
    return f"one of the entries {first} to {end - 1} is not what was signed"
