"""The sequence numbers of one source: no repeats, and every gap on record. Pure."""

from typing import NamedTuple

from ledger.store.ports import SourceHead

MAX_GAPS = 1000
_NOTHING_SEEN = SourceHead(0, ())


class Numbered(NamedTuple):
    """The source's new head, the range that turned out to be missing, and the number whose gap was filled."""

    head: SourceHead
    missing: tuple[int, int] | None
    filled: int | None


def number(head: SourceHead | None, sequence: int) -> Numbered | None:
    """Return what `sequence` does to a source's numbering, None where the number was used before.

    Numbers start at 1 (CloudEvents extension `sequence`, type Integer). A number inside a gap fills that place of it.
    """
    last, gaps = head or _NOTHING_SEEN
    if sequence == last + 1:
        return Numbered(SourceHead(sequence, gaps), None, None)
    if sequence > last:
        missing = (last + 1, sequence - 1)
        return Numbered(SourceHead(sequence, (*gaps, missing)), missing, None)
    for place, (first, end) in enumerate(gaps):
        if first <= sequence <= end:
            rest = tuple(part for part in ((first, sequence - 1), (sequence + 1, end)) if part[0] <= part[1])
            return Numbered(SourceHead(last, gaps[:place] + rest + gaps[place + 1 :]), None, sequence)
    return None
