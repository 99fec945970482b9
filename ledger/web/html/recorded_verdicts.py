"""The verdicts that were put on record, the latest first, found in the log itself."""

from typing import NamedTuple

from events.strict import JsonValue
from ledger.store.reads import Reads
from ledger.web.selection import type_needle
from projections.event import Event, read_event

_LISTED = 20
_AT_ONCE, _LOOKED_AT_MOST = 20_000, 100_000
_RECORDED = type_needle("verdict.recorded")


class RecordedVerdict(NamedTuple):
    """A verdict on record at index `at`: on an incident (None: the ledger), over `size` entries, of which period."""

    at: int
    verdict: str | None
    incident: str | None
    size: JsonValue
    since: str | None
    until: str | None


async def recorded_verdicts(reads: Reads, end: int) -> tuple[list[RecordedVerdict], int]:
    """Return the latest verdicts on record below `end`, at most 20, and the index back to which they were looked for.

    At most 100,000 entries are looked through. All that is told of a verdict is public.
    """
    found, first = list[RecordedVerdict](), end
    while first > 0 and len(found) < _LISTED and end - first < _LOOKED_AT_MOST:
        last, first = first, max(first - _AT_ONCE, 0)
        rows = await reads.fetch("typed_events", first, last, _RECORDED, last - first)
        found += [_told(read_event(row["index"], row["entry"], row["openings"])) for row in reversed(rows)]
    return found[:_LISTED], first


def _told(event: Event) -> RecordedVerdict:
    incident, since, until = event.text("of_incident"), event.text("since"), event.text("until")
    return RecordedVerdict(event.index, event.text("verdict"), incident, event.value("tree_size"), since, until)
