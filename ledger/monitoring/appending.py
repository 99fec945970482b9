"""Appending events of the service's own, which another process may have appended already."""

from ledger.registry import OpenLedger
from ledger.sequencer.draft import Draft, Unit
from ledger.sequencer.errors import IdConflict


async def append(ledger: OpenLedger, *drafts: Draft) -> int:
    """Append events of the service's own as one unit, and return the last one's index.

    Where one is on record already, made from other rows, that one stands. Raises `LedgerError`.
    """
    try:
        return (await ledger.sequencer.enqueue(Unit(drafts)))[-1].index
    except IdConflict as conflict:
        return conflict.index
